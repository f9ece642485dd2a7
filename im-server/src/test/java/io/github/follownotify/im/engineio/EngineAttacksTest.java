package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client can do to Engine.IO without a token. */
class EngineAttacksTest {

    private static final String WEBSOCKET = "EIO=4&transport=websocket";
    private static final String POLLING = "EIO=4&transport=polling";

    private EchoServer server = start();

    @AfterEach
    void nothingIsLeft() {
        await().atMost(Duration.ofSeconds(20)).until(() -> server.engine.sessions() == 0);
        server.close();
    }

    @Test
    void floodOfPings() throws Exception {
        try (RawWebSocket mallory = opened()) {
            try {
                for (int i = 0; i < 1000; i++) {
                    mallory.ping();
                }
            } catch (RuntimeException closedInTheMiddle) {
                // The server was faster.
            }
            String heard = mallory.hears();
            while (heard.equals("pong")) {
                heard = mallory.hears();
            }
            assertThat(heard).isEqualTo(RawWebSocket.CLOSED);
        }
    }

    @Test
    void floodOfPartsOfOneMessage() throws Exception {
        try (RawWebSocket mallory = opened()) {
            try {
                for (int i = 0; i < 1000; i++) {
                    mallory.sendPart("");
                }
            } catch (RuntimeException closedInTheMiddle) {
                // The server was faster.
            }

            assertThat(mallory.isClosedByServer()).isTrue();
        }
        await().until(() -> server.counted("im.connections.closed", "flood") == 1);
    }

    @Test
    void postsWithoutAPacket() throws Exception {
        for (int version : new int[] {3, 4}) {
            URI handshake = server.uri("http", "EIO=" + version + "&transport=polling");
            URI session = URI.create(handshake + "&sid=" + RawHttp.open(handshake));

            assertThat(RawHttp.post(session, "").statusCode()).isEqualTo(400);
            assertThat(RawHttp.get(session).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void floodOfPacketsInOnePost() throws Exception {
        String sid = RawHttp.open(server.uri("http", POLLING));
        URI session = server.uri("http", POLLING + "&sid=" + sid);

        RawHttp.post(session, "3\u001e".repeat(1000) + "3");

        assertThat(RawHttp.get(session).statusCode()).isEqualTo(400);
    }

    @Test
    void floodOfPacketsInSeveralPosts() throws Exception {
        String sid = RawHttp.open(server.uri("http", POLLING));
        URI session = server.uri("http", POLLING + "&sid=" + sid);

        int status = 200;
        for (int i = 0; i < 10 && status == 200; i++) {
            status = RawHttp.post(session, "3\u001e".repeat(149) + "3").statusCode();
        }

        assertThat(status).isEqualTo(400);
        assertThat(RawHttp.get(session).statusCode()).isEqualTo(400);
        assertThat(server.counted("im.connections.closed", "flood")).isEqualTo(1);
    }

    @Test
    void moreHandshakesThanAreAllowed() throws Exception {
        restart("limits.handshakes-per-second", "5");
        List<Integer> statuses = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 30; i++) {
            statuses.add(RawHttp.get(server.uri("http", POLLING)).statusCode());
        }

        assertThat(statuses).startsWith(200, 200, 200, 200, 200).contains(503).containsOnly(200, 503);
        assertThat(Collections.frequency(statuses, 200)).isLessThanOrEqualTo(5 * windowsSince(start));
        assertThat(server.counted("im.connections.refused", "too_many_handshakes"))
                .isPositive();
    }

    @Test
    void takingEverybodysHandshakes() throws Exception {
        restart(
                "trusted-proxies",
                "127.0.0.1",
                "limits.handshakes-per-second",
                "100",
                "limits.handshakes-per-second-per-address",
                "5");
        String forwarded = "X-Forwarded-For";
        int refused = 0;
        long start = System.nanoTime();
        for (int i = 0; i < 150; i++) {
            String mallory = i % 2 == 0 ? "203.0.113.7" : "2001:db8::" + i;
            refused +=
                    RawHttp.get(server.uri("http", POLLING), forwarded, mallory).statusCode() == 503 ? 1 : 0;
        }
        assertThat(150 - refused).as("let in").isLessThanOrEqualTo(2 * 5 * windowsSince(start));

        assertThat(RawHttp.get(server.uri("http", POLLING), forwarded, "203.0.113.8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(RawHttp.get(server.uri("http", POLLING), forwarded, "2001:db8:0:1::1")
                        .statusCode())
                .isEqualTo(200);
    }

    /** Windows of a second that a rate limit has begun at most. */
    private static int windowsSince(long startNanos) {
        return Math.toIntExact(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos)) + 2;
    }

    @Test
    void moreConnectionsThanAreAllowed() throws Exception {
        restart("limits.connections", "2", "request-timeout", "10s");
        try (Socket first = RawHttp.connect(server.port());
                Socket second = RawHttp.connect(server.port())) {
            await().until(() -> server.engine.connections() == 2);

            assertThat(RawHttp.plain(server.port(), "")).startsWith("HTTP/1.1 503 ");
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
        await().until(() -> server.engine.connections() == 0);
    }

    @Test
    void moreConnectionsOfOneAddressThanAreAllowed() throws Exception {
        restart("limits.connections-per-address", "1", "request-timeout", "10s");
        try (Socket first = RawHttp.connect(server.port())) {
            await().until(() -> server.engine.connections() == 1);

            assertThat(RawHttp.plain(server.port(), "")).startsWith("HTTP/1.1 503 ");
            assertThat(first.isConnected()).isTrue();
        }
    }

    @Test
    void connectionsThatSayNothingOrStopInTheMiddle() {
        assertThat(RawHttp.plain(server.port(), "")).isEmpty();
        assertThat(RawHttp.plain(server.port(), "GET /socket.io/?EIO=4&tr")).isEmpty();
        assertThat(RawHttp.plain(
                        server.port(), "POST /socket.io/?" + POLLING + " HTTP/1.1\r\nContent-Length: 9\r\n\r\n4"))
                .isEmpty();
    }

    @Test
    void webSocketHandshakesThatAreNone() {
        for (int version : new int[] {7, 8, 99}) {
            assertThat(RawHttp.plain(server.port(), RawHttp.webSocketRequest(WEBSOCKET, version)))
                    .startsWith("HTTP/1.1 426 ")
                    .containsIgnoringCase("Sec-WebSocket-Version: 13\r\n");
        }
        String hixie = "GET /socket.io/?" + WEBSOCKET + " HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\n"
                + "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00\r\n\r\n^n:ds[4U";
        assertThat(RawHttp.plain(server.port(), hixie)).startsWith("HTTP/1.1 426 ");
        for (String key :
                new String[] {"c2hvcnQ=", "no base64 at all", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="}) {
            String request = RawHttp.webSocketRequest(WEBSOCKET, 13).replace("dGhlIHNhbXBsZSBub25jZQ==", key);
            assertThat(RawHttp.plain(server.port(), request)).startsWith("HTTP/1.1 400 ");
        }
        assertThat(RawHttp.plain(server.port(), "GET /socket.io/?" + WEBSOCKET + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        String good = RawHttp.webSocketRequest(WEBSOCKET, 13);
        assertThat(RawHttp.plain(server.port(), good.replace("HTTP/1.1", "HTTP/1.0")))
                .startsWith("HTTP/1.1 400 ");
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        assertThat(RawHttp.plain(server.port(), good.replace(key, key + key))).startsWith("HTTP/1.1 400 ");
        assertThat(server.engine.sessions()).isZero();
    }

    @Test
    void requestsOfOtherVersionsAndWithoutOneHost() {
        String get = "GET /socket.io/?" + POLLING + " ";
        for (String version : new String[] {"HTTP/0.9", "HTTP/2.0", "HTTP/9.9"}) {
            assertThat(RawHttp.plain(server.port(), get + version + "\r\nHost: x\r\n\r\n"))
                    .as(version)
                    .startsWith("HTTP/1.1 505 ");
        }
        assertThat(RawHttp.plain(server.port(), get + "HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(RawHttp.plain(server.port(), get + "HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(RawHttp.plain(server.port(), get + "HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void framesThatBreakRfc6455() throws Exception {
        int masked = 0x80;
        assertThat(closeStatus(0x81, 1, '4')).as("unmasked").isEqualTo(1002);
        assertThat(closeStatus(0xC1, masked | 1, 0, 0, 0, 0, '4'))
                .as("reserved bit")
                .isEqualTo(1002);
        assertThat(closeStatus(0x83, masked | 1, 0, 0, 0, 0, '4'))
                .as("reserved opcode")
                .isEqualTo(1002);
        assertThat(closeStatus(0x80, masked | 1, 0, 0, 0, 0, '4'))
                .as("continuation of nothing")
                .isEqualTo(1002);
        assertThat(closeStatus(0x81, masked | 3, 0, 0, 0, 0, '4', 0xC3, 0x28))
                .as("no UTF-8")
                .isEqualTo(1007);
        assertThat(closeStatus(0x81, masked | 127, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0))
                .as("too large")
                .isEqualTo(1009);
        try (RawWebSocket socket = opened()) {
            socket.sendPart("4" + "x".repeat(40_000));
            socket.send("x".repeat(40_000));
            assertThat(socket.isClosedByServer()).isTrue();
            assertThat(socket.closeStatus()).as("too large in parts").isEqualTo(1009);
        }
    }

    /** What the server closes a websocket with that sends this frame. */
    private int closeStatus(int... frame) throws IOException {
        try (Socket socket = RawHttp.connect(server.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(RawHttp.webSocketRequest(WEBSOCKET, 13).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            for (int end = 0; end < 4; ) {
                int read = in.read();
                if (read < 0) {
                    throw new EOFException("the server closed before the upgrade");
                }
                end = read == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : 0;
            }
            byte[] bytes = new byte[frame.length];
            for (int i = 0; i < frame.length; i++) {
                bytes[i] = (byte) frame[i];
            }
            out.write(bytes);
            out.flush();
            int first = in.read();
            while (first >= 0 && (first & 0x0F) != 8) {
                int length = in.read();
                in.readNBytes(length < 126 ? length : in.read() << 8 | in.read());
                first = in.read();
            }
            return first < 0 || in.read() < 2 ? 0 : in.read() << 8 | in.read();
        }
    }

    @Test
    void otherPathsAndMethods() {
        for (String path : new String[] {"/", "/socket.io/x", "/socket.io/../", "/actuator/env", "/%00", "//"}) {
            assertThat(RawHttp.plain(server.port(), "GET " + path + "?" + POLLING + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 404 ");
        }
        for (String method : new String[] {"PUT", "DELETE", "TRACE", "CONNECT", "NONSENSE"}) {
            assertThat(RawHttp.plain(
                            server.port(), method + " /socket.io/?" + POLLING + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                    .as(method)
                    .startsWith("HTTP/1.1 400 ");
        }
        assertThat(RawHttp.plain(server.port(), "\u0016\u0003\u0001 this is TLS\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void hugeUrlsHeadersAndBodies() throws Exception {
        String tail = " HTTP/1.1\r\nHost: x\r\n";
        assertThat(RawHttp.plain(server.port(), "GET /socket.io/?x=" + "x".repeat(20_000) + tail + "\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(RawHttp.plain(
                        server.port(), "GET /socket.io/?" + POLLING + tail + "X: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(RawHttp.plain(
                        server.port(), "POST /socket.io/?" + POLLING + tail + "Content-Length: 99999999\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        try (RawWebSocket mallory = opened()) {
            mallory.send("4" + "x".repeat(70_000));
            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void requestsBehindOneThatWaits() throws Exception {
        String sid = RawHttp.open(server.uri("http", POLLING));
        String poll = "GET /socket.io/?" + POLLING + "&sid=" + sid + " HTTP/1.1\r\nHost: x\r\n\r\n";

        assertThat(RawHttp.plain(server.port(), poll.repeat(100))).isEmpty();
    }

    @Test
    void pageOfAnotherOrigin() throws Exception {
        restart("allowed-origins", "https://app.example.org");
        URI handshake = server.uri("http", POLLING);

        HttpResponse<String> refused = RawHttp.get(handshake, "Origin", "https://evil.example.org");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("access-control-allow-origin")).isEmpty();
        HttpResponse<String> allowed = RawHttp.get(handshake, "Origin", "https://app.example.org");
        assertThat(allowed.headers().firstValue("access-control-allow-origin")).contains("https://app.example.org");
        RawHttp.post(server.uri("http", POLLING + "&sid=" + sid(allowed.body())), "1");
        HttpResponse<String> preflight = RawHttp.send("OPTIONS", handshake, "", "Origin", "https://app.example.org");
        assertThat(preflight.statusCode()).isEqualTo(204);
        HttpResponse<String> sameOrigin = RawHttp.get(handshake, "Origin", "http://127.0.0.1:" + server.port());
        assertThat(sameOrigin.statusCode()).isEqualTo(200);
        RawHttp.post(server.uri("http", POLLING + "&sid=" + sid(sameOrigin.body())), "1");
    }

    private RawWebSocket opened() throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(server.uri("ws", WEBSOCKET));
        socket.hears();
        return socket;
    }

    private void restart(String... settings) {
        server.close();
        server = start(settings);
    }

    private static EchoServer start(String... settings) {
        List<String> all = new ArrayList<>(
                List.of("request-timeout", "1s", "ping-interval", "1s", "ping-timeout", "1s", "upgrade-timeout", "1s"));
        all.addAll(List.of(settings));
        return EchoServer.start(all.toArray(String[]::new));
    }

    private static String sid(String open) {
        int at = open.indexOf("\"sid\":\"") + 7;
        return open.substring(at, at + 36);
    }
}
