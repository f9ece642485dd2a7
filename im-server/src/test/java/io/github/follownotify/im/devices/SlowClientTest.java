package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawHttp;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A client that stops reading costs what its queue may hold, and nobody else waits for it. */
class SlowClientTest {

    private static final String EVENT = "{\"text\":\"" + "x".repeat(200) + "\"}";

    @Test
    void isClosedCountedAndForgottenWhileOthersHearAtOnce() throws Exception {
        try (TestServer server = TestServer.start("queue.bytes", "100KB");
                Socket silent = silentSocket(server, 42);
                JavaClient other = JavaClient.connected(server, JavaClient.WEBSOCKET, 7)) {
            Awaitility.await().until(() -> server.rooms.socketsOpen() == 2);
            silent.setSoTimeout(1);
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (server.rooms.socketsOpen() == 2 && System.nanoTime() < deadline) {
                server.live(42, EVENT);
            }

            assertThat(server.rooms.socketsOpen()).isEqualTo(1);
            assertThat(server.counted("im.connections.closed", "slow_client")).isEqualTo(1);
            assertThat(server.counted("im.events.dropped", "slow_client")).isPositive();
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> server.server.sessions() == 1);
            server.follow(7, 1);
            assertThat(other.hears()).isEqualTo("following notify [{\"n\":1}]");
        }
    }

    /** {@code -Dslow.events=1000000} for the figures of the documentation. */
    @Test
    void costsABoundedAmountOfMemoryAndNobodysTime() throws Exception {
        int events = Integer.getInteger("slow.events", 50_000);
        try (TestServer server = TestServer.start();
                Socket silent = silentSocket(server, 42);
                JavaClient other = JavaClient.connected(server, JavaClient.WEBSOCKET, 7)) {
            Awaitility.await().until(() -> server.rooms.socketsOpen() == 2);
            long before = usedHeap();
            long mostHeap = 0;
            long slowest = 0;
            for (int i = 1; i <= events; i++) {
                server.live(42, EVENT);
                if (i % (events / 50) == 0) {
                    long start = System.nanoTime();
                    server.live(7, "1");
                    assertThat(other.hears()).isEqualTo("following notify [1]");
                    slowest = Math.max(slowest, System.nanoTime() - start);
                    mostHeap = Math.max(mostHeap, usedHeap() - before);
                }
            }
            System.out.printf(
                    "events=%d most_heap_kb=%d others_slowest_ms=%d closed=%s%n",
                    events, mostHeap / 1024, slowest / 1_000_000, server.rooms.socketsOpen() == 1);

            assertThat(silent.isConnected()).isTrue();
            assertThat(mostHeap).isLessThan(8_000_000);
        }
    }

    @Test
    void isClosedAlsoWhenItPollsNoMore() throws Exception {
        try (TestServer server = TestServer.start("queue.packets", "100")) {
            String sid = RawHttp.open(server.uri("http", "EIO=4&transport=polling"));
            RawHttp.post(
                    server.uri("http", "EIO=4&transport=polling&sid=" + sid),
                    "40{\"token\":\"" + TestServer.token(42) + "\"}");
            for (int i = 0; i < 200; i++) {
                server.live(42, EVENT);
            }

            Awaitility.await().until(() -> server.server.sessions() == 0);
            assertThat(server.rooms.socketsOpen()).isZero();
        }
    }

    /** What waited for the device that it was before waits no more, and takes no room. */
    @Test
    void hasItsWholeQueueWhenItConnectsAgainOnTheSameSession() throws Exception {
        try (TestServer server = TestServer.start("queue.packets", "10")) {
            String sid = RawHttp.open(server.uri("http", "EIO=4&transport=polling"));
            URI session = server.uri("http", "EIO=4&transport=polling&sid=" + sid);
            for (int i = 0; i < 3; i++) {
                RawHttp.post(session, "40{\"token\":\"" + TestServer.token(42) + "\"}");
                for (int event = 0; event < 8; event++) {
                    server.live(42, EVENT);
                }
                RawHttp.post(session, "41");
            }
            RawHttp.post(session, "40{\"token\":\"" + TestServer.token(42) + "\"}");

            assertThat(RawHttp.get(session).body()).endsWith("}");
            assertThat(server.rooms.socketsOpen()).isEqualTo(1);
        }
    }

    @Test
    void getsEverythingInOrderWhenItOnlyPausesForAWhile() throws Exception {
        try (TestServer server = TestServer.start();
                JavaClient client = JavaClient.connected(server, JavaClient.WEBSOCKET, 42)) {
            for (int i = 1; i <= 3000; i++) {
                server.follow(42, i);
            }

            for (int i = 1; i <= 3000; i++) {
                assertThat(client.hears()).isEqualTo("following notify [{\"n\":" + i + "}]");
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A websocket that is opened and connected, and then never read from. */
    static Socket silentSocket(TestServer server, long userId) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        OutputStream out = socket.getOutputStream();
        out.write(RawHttp.webSocketRequest("EIO=4&transport=websocket", 13).getBytes(StandardCharsets.US_ASCII));
        out.flush();
        readUntil(socket, "\"maxPayload\":65536}");
        out.write(maskedText("40{\"token\":\"" + TestServer.token(userId) + "\"}"));
        out.flush();
        return socket;
    }

    /** Nothing more is read than is needed: the rest of the conversation is what the client never reads. */
    private static void readUntil(Socket socket, String end) throws Exception {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("closed after " + read);
            }
            read.append((char) next);
        }
    }

    /** RFC 6455, section 5.2, with a mask of zeros, which leaves the text as it is. */
    private static byte[] maskedText(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[payload.length + 8];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | 126);
        frame[2] = (byte) (payload.length >> 8);
        frame[3] = (byte) payload.length;
        System.arraycopy(payload, 0, frame, 8, payload.length);
        return frame;
    }
}
