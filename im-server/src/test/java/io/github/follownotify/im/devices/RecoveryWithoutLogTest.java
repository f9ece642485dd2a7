package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a returning client missed cannot be read right now: it must reconnect and never go on without. */
class RecoveryWithoutLogTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.follownotify.im.devices.JavaClient#transports")
    void letsTheClientReconnectUntilNothingIsMissing(String name, String[] transports) throws InterruptedException {
        try (TestServer server = TestServer.start()) {
            server.missed(42, 1);
            server.missed(42, 2);
            server.stallLog().completeExceptionally(new IllegalStateException("follow-api is down"));
            Map<String, String> auth = Map.of("token", TestServer.token(42), "offset", "1");

            try (JavaClient client = new JavaClient(server, transports, auth, null)) {
                client.connect();
                server.awaitClosed("log_unavailable");
                Awaitility.await().until(() -> server.rooms.socketsOpen() == 0);
                server.stallLog().complete(null);

                assertThat(client.hearsNext("connect")).isEqualTo("connect []");
                assertThat(client.hears()).isEqualTo("following notify [{\"n\":2}, " + TestServer.offset(2) + "]");
            }
        }
    }

    /** A client that has paused polling to upgrade would hear of the end on neither transport. */
    @ParameterizedTest(name = "log fails after {0} ms")
    @ValueSource(ints = {1, 4, 8, 12, 16, 20, 25, 30, 40})
    void letsAClientReconnectThatIsAboutToUpgrade(int millis) throws InterruptedException {
        try (TestServer server = TestServer.start()) {
            server.missed(42, 1);
            CompletableFuture<Void> log = server.stallLog();
            Map<String, String> auth = Map.of("token", TestServer.token(42), "offset", "0");

            try (JavaClient client = new JavaClient(server, JavaClient.UPGRADE, auth, null)) {
                client.connect();
                CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
                        .execute(() -> log.completeExceptionally(new IllegalStateException("follow-api is down")));
                server.awaitClosed("log_unavailable");
                server.stallLog().complete(null);

                assertThat(client.hearsNext("connect")).isEqualTo("connect []");
                assertThat(client.hears()).isEqualTo("following notify [{\"n\":1}, " + TestServer.offset(1) + "]");
            }
        }
    }

    @Test
    void promisesNoRecoveryBeforeTheNodeKnowsTheHead() throws InterruptedException {
        try (TestServer server = TestServer.start()) {
            server.forgetHead();
            Map<String, String> auth = Map.of("token", TestServer.token(42), "recover", "true");

            try (JavaClient client = new JavaClient(server, JavaClient.WEBSOCKET, auth, null);
                    JavaClient withoutRecovery = JavaClient.connected(server, JavaClient.WEBSOCKET, 7)) {
                client.connect();
                server.awaitClosed("log_unavailable");
                assertThat(withoutRecovery.socket.connected()).isTrue();

                server.follow(7, 5);

                assertThat(client.hearsNext("connect")).isEqualTo("connect []");
            }
        }
    }
}
