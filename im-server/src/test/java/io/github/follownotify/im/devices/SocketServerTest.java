package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.follownotify.im.engineio.RawHttp;
import io.github.follownotify.im.engineio.RawWebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class SocketServerTest {

    @Test
    void namesThePortThatIsTakenAndTheSettingThatChangesIt() {
        try (TestServer first = TestServer.start()) {
            assertThatThrownBy(() -> TestServer.start("port", Integer.toString(first.port())))
                    .hasMessageContaining("cannot listen on port " + first.port())
                    .hasMessageContaining("IM_SOCKET_PORT");
        }
    }

    @Test
    void stopsWithoutItsTimeoutAndTellsEveryClient() throws InterruptedException {
        TestServer server = TestServer.start("shutdown-timeout", "30s");
        try (JavaClient webSocket = JavaClient.connected(server, JavaClient.WEBSOCKET, 1);
                JavaClient polling = JavaClient.connected(server, JavaClient.POLLING, 2);
                JavaClient upgraded = JavaClient.connected(server, JavaClient.UPGRADE, 3)) {
            assertThat(CompletableFuture.runAsync(server::close)).succeedsWithin(Duration.ofSeconds(15));

            // Not "io server disconnect": with that they would not come back when the next server is up.
            assertThat(webSocket.hears()).startsWith("disconnect [transport");
            assertThat(polling.hears()).startsWith("disconnect [transport");
            assertThat(upgraded.hears()).startsWith("disconnect [transport");
            assertThat(server.rooms.socketsOpen()).isZero();
        }
    }

    /** Netty's leak detector reports what was collected unreleased when the next one of its kind is made. */
    @Test
    void releasesWhatNettySocketIoMakesForItself(CapturedOutput output) {
        for (int i = 0; i < 10; i++) {
            TestServer.start().close();
            System.gc();
        }

        assertThat(output.getAll()).doesNotContain("HashedWheelTimer");
    }

    /** A stock client pauses polling while its websocket takes over: it would hear of an end on neither of the two. */
    @Test
    void letsAnUpgradeFinishBeforeItTellsTheClient() throws Exception {
        TestServer server = TestServer.start("shutdown-timeout", "30s");
        String sid = RawHttp.open(server.uri("http", "EIO=4&transport=polling"));
        try (RawWebSocket upgrading = new RawWebSocket(server.uri("ws", "EIO=4&transport=websocket&sid=" + sid));
                RawWebSocket other = server.connected(1, "")) {
            upgrading.send("2probe");
            assertThat(upgrading.hears()).isEqualTo("3probe");

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
            assertThat(other.isClosedByServer()).isTrue();
            upgrading.send("5");

            assertThat(upgrading.hears()).isEqualTo(RawWebSocket.CLOSED);
            assertThat(upgrading.closeStatus()).isEqualTo(1001);
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(15));
            assertThat(server.counted("im.connections.closed", "shutdown")).isEqualTo(2);
        }
    }

    @Test
    void clientsComeBackByThemselvesAfterARestart() throws InterruptedException {
        TestServer before = TestServer.start();
        int port = before.port();
        try (JavaClient client = JavaClient.connected(before, JavaClient.WEBSOCKET, 42)) {
            before.close();
            assertThat(client.hears()).startsWith("disconnect [transport");

            try (TestServer after = TestServer.start("port", Integer.toString(port))) {
                String heard = client.hears();
                while (heard.startsWith("connect_error")) {
                    heard = client.hears();
                }
                assertThat(heard).isEqualTo("connect []");
                after.follow(42, 1);
                assertThat(client.hears()).isEqualTo("following notify [{\"n\":1}]");
            }
        }
    }

    @Test
    void listensWhereTheSettingsSay() {
        try (TestServer server = TestServer.start("host", "127.0.0.1")) {
            assertThat(server.port()).isPositive();
        }
    }
}
