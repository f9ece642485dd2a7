package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawWebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Socket.IO's connection state recovery on the wire: what a stock JavaScript client sends and gets. */
class RecoveryTest {

    private final TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void clientThatDoesNotAskGetsNoIdAndNoOffsets() throws Exception {
        try (RawWebSocket socket = server.connected(42, "")) {
            assertThat(socket.hears()).doesNotContain("pid");
            server.follow(42, 1);
            assertThat(socket.hears()).isEqualTo("42[\"following notify\",{\"n\":1}]");
        }
    }

    @Test
    void returningClientGetsWhatItMissedOnceAndInOrderBeforeAnythingNewer() throws Exception {
        server.follow(42, 1);
        String pid;
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            pid = pid(before.hears());
            server.follow(42, 2);
            assertThat(before.hears()).isEqualTo("42[\"following notify\",{\"n\":2},\"" + TestServer.offset(2) + "\"]");
        }
        awaitSockets(0);
        server.follow(42, 3);
        server.follow(7, 4);
        CompletableFuture<Void> log = server.stallLog();
        try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + pid + "\",\"offset\":\"2\"")) {
            awaitSockets(1);
            server.follow(42, 5);
            server.live(42, "\"without a seq\"");
            log.complete(null);

            assertThat(pid(after.hears())).isEqualTo(pid);
            assertThat(after.hears()).isEqualTo("42[\"following notify\",{\"n\":3},\"" + TestServer.offset(3) + "\"]");
            assertThat(after.hears()).isEqualTo("42[\"following notify\",{\"n\":5},\"" + TestServer.offset(5) + "\"]");
            assertThat(after.hears()).isEqualTo("42[\"following notify\",\"without a seq\"]");
            server.follow(42, 6);
            assertThat(after.hears()).isEqualTo("42[\"following notify\",{\"n\":6},\"" + TestServer.offset(6) + "\"]");
        }
    }

    @Test
    void clientThatMissedThousandsGetsThemInPartsBeforeAnythingNewer() throws Exception {
        for (long seq = 1; seq <= 5000; seq++) {
            server.missed(42, seq);
        }
        try (RawWebSocket socket = server.connected(42, ",\"offset\":\"0\"")) {
            assertThat(pid(socket.hears())).isNotEmpty();
            for (long seq = 1; seq <= 5020; seq++) {
                assertThat(socket.hears())
                        .isEqualTo("42[\"following notify\",{\"n\":%d},\"%s\"]".formatted(seq, TestServer.offset(seq)));
                if (seq % 250 == 0) {
                    server.follow(42, 5000 + seq / 250);
                }
            }
        }
    }

    @Test
    void clientThatReadsSlowlyIsGivenNoMoreThanItTakes() throws Exception {
        String body = "\"" + "x".repeat(10_000) + "\"";
        for (long seq = 1; seq <= 5000; seq++) {
            server.missed(42, seq, body);
        }
        try (RawWebSocket socket = server.connected(42, ",\"offset\":\"0\"")) {
            socket.stopReading();
            AtomicInteger asked = new AtomicInteger(-1);
            Awaitility.await()
                    .during(Duration.ofMillis(500))
                    .until(() -> asked.getAndSet(server.partsAsked.get()) == server.partsAsked.get());
            // What is beyond it lies in the kernel's buffers.
            assertThat(server.partsAsked).hasValueLessThan(5000 / TestServer.PART / 2);

            socket.readOn();
            assertThat(pid(socket.hears())).isNotEmpty();
            for (long seq = 1; seq <= 5000; seq++) {
                assertThat(socket.hears()).endsWith(",\"" + TestServer.offset(seq) + "\"]");
            }
        }
    }

    @Test
    void clientReconnectsWhenTheLogCannotBeReadHalfWay() throws Exception {
        for (long seq = 1; seq <= 2L * TestServer.PART; seq++) {
            server.missed(42, seq);
        }
        server.answerParts(1);
        try (RawWebSocket socket = server.connected(42, ",\"offset\":\"0\"")) {
            assertThat(pid(socket.hears())).isNotEmpty();
            for (int seq = 1; seq <= TestServer.PART; seq++) {
                assertThat(socket.hears()).contains("{\"n\":" + seq + "}");
            }

            assertThat(socket.hears()).isEqualTo(RawWebSocket.CLOSED);
            assertThat(server.counted("im.connections.closed", "log_unavailable"))
                    .isEqualTo(1);
        }
    }

    /** In a storm the line before the log may be longer than a client may take for its CONNECT. */
    @Test
    void clientThatWaitsForTheLogIsNotTakenForOneThatSendsNoConnect() throws Exception {
        try (TestServer busy = TestServer.start("connect-timeout", "2s")) {
            busy.missed(42, 1);
            CompletableFuture<Void> log = busy.stallLog();
            try (RawWebSocket waiting = busy.connected(42, ",\"offset\":\"0\"");
                    RawWebSocket silent = new RawWebSocket(busy.uri("ws", "EIO=4&transport=websocket"))) {
                assertThat(silent.isClosedByServer()).isTrue();
                log.complete(null);

                assertThat(pid(waiting.hears())).isNotEmpty();
                assertThat(waiting.hears()).contains("{\"n\":1}");
            }
        }
    }

    @Test
    void clientThatNeverGotAnEventRecoversFromItsStart() throws Exception {
        server.follow(42, 1);
        String pid;
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            pid = pid(before.hears());
        }
        server.missed(42, 2);

        try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + pid + "\"")) {
            assertThat(pid(after.hears())).isEqualTo(pid);
            assertThat(after.hears()).isEqualTo("42[\"following notify\",{\"n\":2},\"" + TestServer.offset(2) + "\"]");
        }
    }

    @Test
    void anotherNodeTakesTheId() throws Exception {
        String pid;
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            pid = pid(before.hears());
        }
        try (TestServer other = TestServer.start()) {
            other.missed(42, 1);
            try (RawWebSocket after = other.connected(42, ",\"pid\":\"" + pid + "\"")) {
                assertThat(pid(after.hears())).isEqualTo(pid);
                assertThat(after.hears()).contains("{\"n\":1}");
            }
        }
    }

    @Test
    void halfOpenPredecessorIsEnded() throws Exception {
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            String pid = pid(before.hears());
            try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + pid + "\"")) {
                assertThat(pid(after.hears())).isEqualTo(pid);
                assertThat(before.isClosedByServer()).isTrue();
                awaitSockets(1);
            }
        }
    }

    @Test
    void clientIsToldWhenTheLogNoLongerReachesBack() throws Exception {
        server.missed(42, 5);
        server.missed(42, 6);
        server.trimLogBefore(6);

        try (RawWebSocket socket = server.connected(42, ",\"offset\":\"2\"")) {
            assertThat(pid(socket.hears())).isNotEmpty();
            assertThat(socket.hears()).isEqualTo("42[\"resync needed\",{\"reason\":\"log_trimmed\"}]");
            server.follow(42, 7);
            assertThat(socket.hears()).contains("{\"n\":7}");
        }
    }

    /** The one before is half-open: its client is gone, and the server has not noticed yet. */
    @Test
    void clientTakesThePlaceOfItsOwnDeadConnectionWhenTheLimitIsReached() throws Exception {
        try (TestServer full = TestServer.start("limits.sockets-per-user", "2");
                RawWebSocket other = full.connected(42, "");
                RawWebSocket dead = full.connected(42, ",\"recover\":true")) {
            other.hears();
            String pid = pid(dead.hears());
            try (RawWebSocket after = full.connected(42, ",\"pid\":\"" + pid + "\"")) {
                assertThat(pid(after.hears())).isEqualTo(pid);
                assertThat(dead.hears()).isEqualTo(RawWebSocket.CLOSED);
                full.follow(42, 1);
                assertThat(after.hears()).contains("{\"n\":1}");
                assertThat(other.hears()).contains("{\"n\":1}");
                assertThat(full.rooms.socketsOpen()).isEqualTo(2);
            }
        }
    }

    @Test
    void nobodyAsksForAClientThatIsGone() throws Exception {
        server.missed(42, 1);
        CompletableFuture<Void> log = server.stallLog();
        RawWebSocket socket = server.connected(42, ",\"offset\":\"0\"");
        awaitSockets(1);
        socket.close();

        Awaitility.await()
                .until(() -> server.questions.peek() != null
                        && server.questions.peek().isCancelled());
        log.complete(null);
    }

    @Test
    void laterOfStartAndOffsetCounts() throws Exception {
        server.follow(42, 1);
        server.follow(42, 2);
        String pid;
        // As a stock client after a connect that was not recovered: it keeps the offset of the session before.
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            pid = pid(before.hears());
        }
        server.missed(42, 3);

        try (RawWebSocket after =
                server.connected(42, ",\"pid\":\"" + pid + "\",\"offset\":\"" + TestServer.offset(1) + "\"")) {
            assertThat(pid(after.hears())).isEqualTo(pid);
            assertThat(after.hears()).contains("{\"n\":3}");
        }
    }

    @Test
    void offsetCountsWhenThePidIsSomebodyElses() throws Exception {
        server.missed(42, 1);
        server.missed(42, 2);

        try (RawWebSocket socket = server.connected(42, ",\"pid\":\"AAAA\",\"offset\":\"1\"")) {
            assertThat(pid(socket.hears())).isNotEqualTo("AAAA").isNotEmpty();
            assertThat(socket.hears()).contains("{\"n\":2}");
        }
    }

    @Test
    void clientThatSawAHistoryThatIsGoneIsTold() throws Exception {
        server.follow(42, 1);
        String pid;
        try (RawWebSocket before = server.connected(42, ",\"recover\":true")) {
            pid = pid(before.hears());
            server.follow(42, 2);
            assertThat(before.hears()).contains("{\"n\":2}");
        }
        String otherEvent = "2.ffffffff";

        try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + pid + "\",\"offset\":\"" + otherEvent + "\"")) {
            String fresh = pid(after.hears());
            assertThat(fresh).isNotEmpty().isNotEqualTo(pid);
            assertThat(after.hears()).isEqualTo("42[\"resync needed\",{\"reason\":\"history_changed\"}]");
            server.follow(42, 3);
            assertThat(after.hears()).contains("{\"n\":3}");
        }
    }

    /** A stock client keeps the offset of the session before until it receives an event. */
    @Test
    void offsetThatCouldNotBeAnsweredIsNotAskedForAgain() throws Exception {
        server.follow(42, 1);
        String offset = ",\"offset\":\"1.ffffffff\"";
        String fresh;
        try (RawWebSocket told = server.connected(42, offset)) {
            fresh = pid(told.hears());
            assertThat(told.hears()).contains("history_changed");
        }
        server.missed(42, 2);

        try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + fresh + "\"" + offset)) {
            assertThat(pid(after.hears())).isEqualTo(fresh);
            assertThat(after.hears()).contains("{\"n\":2}");
        }
    }

    @Test
    void clientBeyondTheHeadBeginsAtTheHeadAndRecoversTheNextTime() throws Exception {
        server.follow(42, 1);
        String fresh;
        try (RawWebSocket lost = server.connected(42, ",\"offset\":\"999\"")) {
            fresh = pid(lost.hears());
            assertThat(lost.hears()).isEqualTo("42[\"resync needed\",{\"reason\":\"unknown_offset\"}]");
        }
        server.missed(42, 2);

        try (RawWebSocket after = server.connected(42, ",\"pid\":\"" + fresh + "\"")) {
            assertThat(pid(after.hears())).isEqualTo(fresh);
            assertThat(after.hears()).contains("{\"n\":2}");
        }
    }

    private void awaitSockets(int number) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.rooms.socketsOpen()).isEqualTo(number));
    }

    static String pid(String reply) {
        int at = reply.indexOf("\"pid\":\"");
        return at < 0 ? "" : reply.substring(at + 7, reply.indexOf('"', at + 7));
    }
}
