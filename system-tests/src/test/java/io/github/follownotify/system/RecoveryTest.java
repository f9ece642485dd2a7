package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A stock JavaScript client that comes back gets what it missed, in order, once, and says that it recovered. */
@RealBrokerTest
class RecoveryTest {

    @AutoClose
    private static Installation installation;

    private static long nextUser = 5000;

    private final long bob = nextUser++;

    @BeforeAll
    static void startTwoNodes() {
        installation = Installation.start(1, 2);
    }

    @Test
    void afterABreakOfTheConnection() {
        try (FaultProxy proxy = proxyToNode(0);
                ClientProcess browser = recoveringBrowser(proxy)) {
            assertThat(browser.await("connect").get("recovered").asBoolean()).isFalse();
            follow(1);
            browser.await("following notify");

            proxy.cut();
            browser.await("disconnect");
            follow(2);
            follow(3);
            proxy.restore();

            assertThat(browser.await("connect", 2).get("recovered").asBoolean()).isTrue();
            follow(4);
            assertToldOf(browser, 1, 2, 3, 4);
        }
    }

    @Test
    void whenItNeverReceivedAnythingBefore() {
        try (FaultProxy proxy = proxyToNode(0);
                ClientProcess browser = recoveringBrowser(proxy)) {
            browser.await("connect");

            proxy.cut();
            browser.await("disconnect");
            follow(1);
            proxy.restore();

            assertThat(browser.await("connect", 2).get("recovered").asBoolean()).isTrue();
            assertToldOf(browser, 1);
        }
    }

    @Test
    void whenItComesBackWithinMilliseconds() {
        try (FaultProxy proxy = proxyToNode(0);
                ClientProcess browser = recoveringBrowser(proxy)) {
            browser.await("connect");
            for (int round = 1; round <= 10; round++) {
                browser.tell("break");
                follow(round);
                assertThat(browser.await("connect", round + 1).get("recovered").asBoolean())
                        .isTrue();
            }
            assertToldOf(browser, LongStream.rangeClosed(1, 10).toArray());
        }
    }

    @Test
    void onAnotherNodeAfterItsOwnWasKilled() {
        try (FaultProxy proxy = proxyToNode(1);
                ClientProcess browser = recoveringBrowser(proxy)) {
            browser.await("connect");
            follow(1);
            browser.await("following notify");

            proxy.redirect(installation.imServer(0).getPort());
            installation.imServerProcess(1).kill();
            follow(2);

            assertThat(browser.await("connect", 2).get("recovered").asBoolean()).isTrue();
            follow(3);
            assertToldOf(browser, 1, 2, 3);
        } finally {
            installation.imServerProcess(1).restart();
            installation.imServerProcess(1).awaitReady();
        }
    }

    @Test
    void onANodeThatWasStartedAfterwards() {
        try (FaultProxy proxy = proxyToNode(1);
                ClientProcess browser = recoveringBrowser(proxy)) {
            browser.await("connect");
            follow(1);
            browser.await("following notify");

            installation.imServerProcess(1).kill();
            follow(2);
            installation.imServerProcess(1).restart();
            installation.imServerProcess(1).awaitReady();

            assertThat(browser.await("connect", 2).get("recovered").asBoolean()).isTrue();
            follow(3);
            assertToldOf(browser, 1, 2, 3);
        }
    }

    @Test
    void withItsOffsetAlone() {
        String offset;
        try (FaultProxy proxy = proxyToNode(0);
                ClientProcess phone = recoveringBrowser(proxy)) {
            phone.await("connect");
            follow(1);
            offset = phone.await("following notify").get("values").get(1).asString();
        }
        follow(2);
        follow(3);

        try (ClientProcess phone = ClientProcess.javaScript(
                "4.5",
                installation.imServer(0).toString(),
                Map.of(
                        "auth",
                        Map.of("token", Users.token(bob), "offset", offset),
                        "transports",
                        List.of("websocket")))) {
            assertToldOf(phone, 2, 3);
        }
    }

    @Test
    void isToldToResyncWhenTheLogNoLongerReachesBack() {
        String ofAnotherLife = "1";
        installation.forgetLogUpTo(nextSeq());
        // A node that was there all the time still has it in its window.
        installation.imServerProcess(1).kill();
        installation.imServerProcess(1).restart();
        installation.imServerProcess(1).awaitReady();

        try (ClientProcess phone = ClientProcess.javaScript(
                "4.8",
                installation.imServer(1).toString(),
                Map.of(
                        "auth",
                        Map.of("token", Users.token(bob), "offset", ofAnotherLife, "recover", true),
                        "transports",
                        List.of("websocket")))) {
            phone.await("resync needed");
            assertThat(phone.await("connect").get("recovered").asBoolean()).isFalse();
        }
    }

    /** The number of an event that was delivered just now. */
    private long nextSeq() {
        try (FaultProxy proxy = proxyToNode(0);
                ClientProcess phone = recoveringBrowser(proxy)) {
            phone.await("connect");
            follow(99);
            String offset = phone.await("following notify").get("values").get(1).asString();
            return Long.parseLong(offset.substring(0, offset.indexOf('.')));
        }
    }

    private void follow(long follower) {
        assertThat(installation.api().follow(follower, bob).statusCode()).isEqualTo(201);
    }

    private static FaultProxy proxyToNode(int node) {
        return new FaultProxy("127.0.0.1", installation.imServer(node).getPort());
    }

    private ClientProcess recoveringBrowser(FaultProxy proxy) {
        return ClientProcess.javaScript(
                "4.8",
                "http://127.0.0.1:" + proxy.port(),
                Map.of("auth", Map.of("token", Users.token(bob), "recover", true), "transports", List.of("websocket")));
    }

    private static void assertToldOf(ClientProcess client, long... followers) {
        await().atMost(Device.LIMIT)
                .until(() -> client.reports("following notify").size() >= followers.length);
        assertThat(client.reports("following notify").stream()
                        .map(report ->
                                report.get("values").get(0).get("user_id").asLong()))
                .containsExactlyElementsOf(LongStream.of(followers).boxed().toList());
    }
}
