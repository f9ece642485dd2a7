package io.github.follownotify.im.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.jsonwebtoken.Jwts;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Alice is user 1. Mallory is user 2, or nobody. */
@ExtendWith(OutputCaptureExtension.class)
class SocketAttacksTest {

    private static final String WEBSOCKET = "EIO=4&transport=websocket";
    private static final String POLLING = "EIO=4&transport=polling";

    private TestServer server = TestServer.start("connect-timeout", "1s", "request-timeout", "1s");

    @AfterEach
    void nothingIsLeft() {
        await().atMost(Duration.ofSeconds(20)).until(() -> server.server.sessions() == 0);
        assertThat(server.rooms.socketsOpen()).isZero();
        server.close();
    }

    @Test
    void listeningWithoutEverSendingConnect() throws Exception {
        try (RawWebSocket mallory = new RawWebSocket(server.uri("ws", WEBSOCKET + "&token=" + TestServer.token(1)))) {
            mallory.hears();
            server.live(1, "\"secret\"");

            assertThat(mallory.hears()).isEqualTo(RawWebSocket.CLOSED);
        }
    }

    @Test
    void speakingBeforeConnect() throws Exception {
        try (RawWebSocket mallory = opened()) {
            mallory.send("42[\"token refresh\",\"" + TestServer.token(1) + "\"]");

            assertThat(mallory.hears()).isEqualTo(RawWebSocket.CLOSED);
        }
    }

    @Test
    void takingAnothersSessionByCookieOrHeader() throws Exception {
        try (RawWebSocket alice = new RawWebSocket(server.uri("ws", WEBSOCKET))) {
            String sid = sid(alice.hears());
            alice.send("40{\"token\":\"" + TestServer.token(1) + "\"}");
            alice.hears();

            HttpResponse<String> mallory = RawHttp.get(server.uri("http", POLLING), "Cookie", "io=" + sid, "io", sid);

            assertThat(mallory.body()).doesNotContain(sid);
            server.live(1, "\"secret\"");
            assertThat(alice.hears()).contains("secret");
            RawHttp.post(server.uri("http", POLLING + "&sid=" + sid(mallory.body())), "1");
        }
    }

    @Test
    void joiningAnothersWebSocketSessionByItsId() throws Exception {
        try (RawWebSocket alice = new RawWebSocket(server.uri("ws", WEBSOCKET))) {
            String sid = sid(alice.hears());
            alice.send("40{\"token\":\"" + TestServer.token(1) + "\"}");
            String reply = alice.hears();
            URI stolen = server.uri("http", POLLING + "&sid=" + sid);

            // The id that applications show around is another one.
            assertThat(reply).doesNotContain(sid);
            assertThat(RawHttp.get(stolen).statusCode()).isEqualTo(400);
            assertThat(RawHttp.post(stolen, "1").statusCode()).isEqualTo(400);
            try (RawWebSocket mallory = new RawWebSocket(server.uri("ws", WEBSOCKET + "&sid=" + sid))) {
                assertThat(mallory.hears()).isEqualTo(RawWebSocket.CLOSED);
            }
            server.live(1, "\"secret\"");
            assertThat(alice.hears()).contains("secret");
        }
    }

    @Test
    void showingAnothersRecoveryId() throws Exception {
        String pid;
        try (RawWebSocket alice = RawWebSocket.connected(server, 1, ",\"recover\":true")) {
            pid = RecoveryTest.pid(alice.hears());
            server.follow(1, 1);
            try (RawWebSocket mallory =
                    RawWebSocket.connected(server, 2, ",\"pid\":\"" + pid + "\",\"offset\":\"0\"")) {
                assertThat(RecoveryTest.pid(mallory.hears())).isNotEqualTo(pid);
                assertThat(mallory.hears()).contains("resync needed");
                server.live(2, "\"hers\"");
                assertThat(mallory.hears()).contains("hers");
            }
            assertThat(alice.hears()).contains("{\"n\":1}");
        }
    }

    @Test
    void forgingARecoveryId() throws Exception {
        byte[] forged = new byte[41];
        forged[0] = 1;
        forged[8] = 2;
        String pid = Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
        for (String guess : new String[] {pid, "", "x".repeat(50_000), "{}", "null"}) {
            try (RawWebSocket mallory = RawWebSocket.connected(server, 2, ",\"pid\":\"" + guess + "\"")) {
                assertThat(RecoveryTest.pid(mallory.hears())).isNotEmpty().isNotEqualTo(guess);
            }
        }
    }

    @Test
    void askingForAnothersOffset() throws Exception {
        server.follow(1, 1);
        server.follow(2, 2);
        for (String offset : new String[] {"\"0\"", "0", "-1", "\"zzzz\"", "1e9", "[0]", "\"99999999999999999999\""}) {
            try (RawWebSocket mallory = RawWebSocket.connected(server, 2, ",\"offset\":" + offset)) {
                mallory.hears();
                server.live(2, "\"end\"");
                String heard = mallory.hears();
                while (!heard.contains("end")) {
                    assertThat(heard).doesNotContain("{\"n\":1}");
                    heard = mallory.hears();
                }
            }
        }
    }

    @Test
    void playingWithTheTokensAlgorithm() throws Exception {
        String none = Jwts.builder().claim("user_id", 1).compact();
        String anotherKey = Jwts.builder()
                .claim("user_id", 1)
                .signWith(Jwts.SIG.HS256.key().build())
                .compact();
        String good = TestServer.token(1);
        String otherPayload = good.substring(0, good.indexOf('.') + 1)
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"user_id\":2}".getBytes(StandardCharsets.UTF_8))
                + good.substring(good.lastIndexOf('.'));
        for (String token : new String[] {none, anotherKey, otherPayload, "a.b.c", "x".repeat(9000)}) {
            assertThat(refusal("{\"token\":\"" + token + "\"}")).contains("token_invalid");
        }
        assertThat(refusal("{\"token\":{\"user_id\":1}}")).contains("token_invalid");
        assertThat(refusal("{\"token\":[1]}")).contains("token_invalid");
        assertThat(refusal("")).contains("token_missing");
    }

    @Test
    void namingARoom() throws Exception {
        try (RawWebSocket mallory = RawWebSocket.connected(server, 2, ",\"room\":\"1\",\"user_id\":1")) {
            mallory.hears();
            mallory.send("42[\"join\",\"1\"]");
            mallory.send("42[\"subscribe\",{\"room\":1}]");
            mallory.send("42[\"following notify\",{\"user_id\":1}]");
            server.live(1, "\"secret\"");
            server.live(2, "\"hers\"");

            assertThat(mallory.hears()).contains("hers");
        }
    }

    @Test
    void floodOfConnects() throws Exception {
        try (RawWebSocket mallory = RawWebSocket.connected(server, 2, "")) {
            mallory.hears();
            flood(mallory, "40{\"token\":\"" + TestServer.token(1) + "\"}");

            assertThat(mallory.isClosedByServer()).isTrue();
            assertThat(server.counted("im.connections.closed", "flood")).isEqualTo(1);
        }
    }

    @Test
    void floodOfNamespaces() throws Exception {
        try (RawWebSocket mallory = opened()) {
            flood(mallory, "40/namespace,");

            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void floodOfEvents() throws Exception {
        try (RawWebSocket mallory = RawWebSocket.connected(server, 2, "")) {
            mallory.hears();
            flood(mallory, "421[\"token refresh\",\"x\"]");

            assertThat(mallory.isClosedByServer()).isTrue();
        }
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
    void floodOfPacketsInOnePost() throws Exception {
        String sid = RawHttp.open(server.uri("http", POLLING));
        URI session = server.uri("http", POLLING + "&sid=" + sid);

        RawHttp.post(session, "3\u001e".repeat(1000) + "3");

        assertThat(RawHttp.get(session).statusCode()).isEqualTo(400);
    }

    @Test
    void moreHandshakesThanAreAllowed() throws Exception {
        restart("limits.handshakes-per-second", "5", "connect-timeout", "1s");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            statuses.add(RawHttp.get(server.uri("http", POLLING)).statusCode());
        }

        assertThat(statuses).startsWith(200, 200, 200, 200, 200, 503);
        assertThat(server.counted("im.connections.refused", "too many handshakes"))
                .isPositive();
    }

    @Test
    void moreConnectionsThanAreAllowed() throws Exception {
        restart("limits.connections", "2");
        try (Socket first = RawHttp.connect(server.port());
                Socket second = RawHttp.connect(server.port())) {
            await().until(() -> server.server.connections() == 2);

            assertThat(RawHttp.plain(server.port(), "")).startsWith("HTTP/1.1 503 ");
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
        await().until(() -> server.server.connections() == 0);
    }

    @Test
    void moreConnectionsOfOneAddressThanAreAllowed() throws Exception {
        restart("limits.connections-per-address", "1");
        try (Socket first = RawHttp.connect(server.port())) {
            await().until(() -> server.server.connections() == 1);

            assertThat(RawHttp.plain(server.port(), "")).startsWith("HTTP/1.1 503 ");
            assertThat(first.isConnected()).isTrue();
        }
    }

    @Test
    void moreSocketsOfOneUserThanAreAllowed() throws Exception {
        restart("limits.sockets-per-user", "1");
        try (RawWebSocket first = RawWebSocket.connected(server, 2, "")) {
            assertThat(first.hears()).startsWith("40{");
            try (RawWebSocket second = RawWebSocket.connected(server, 2, "")) {
                assertThat(second.hears()).contains("\"code\":\"too_many_connections\"");
            }
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
        assertThat(RawHttp.plain(server.port(), RawHttp.webSocketRequest(WEBSOCKET, 99)))
                .startsWith("HTTP/1.1 426 ");
        assertThat(RawHttp.plain(server.port(), "GET /socket.io/?" + WEBSOCKET + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(server.server.sessions()).isZero();
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
            mallory.send("42[\"" + "x".repeat(70_000) + "\"]");
            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aGoodTokenMayBeLong() throws Exception {
        String padding = "x".repeat(5000);
        String token = new TokenIssuer(TokenSettings.ofSecret(TestServer.SECRET), Clock.systemUTC())
                .issue(1, padding, null, Duration.ofHours(1));
        assertThat(token.length()).isBetween(6_500, 8_192);
        try (RawWebSocket alice = new RawWebSocket(server.uri("ws", WEBSOCKET + "&token=" + token))) {
            alice.hears();
            alice.send("40");
            assertThat(alice.hears()).startsWith("40{\"sid\"");
        }
        HttpResponse<String> opened = RawHttp.get(server.uri("http", POLLING), "Authorization", "Bearer " + token);
        URI session = server.uri("http", POLLING + "&sid=" + sid(opened.body()));
        RawHttp.post(session, "40");
        assertThat(RawHttp.get(session).body()).startsWith("40{\"sid\"");
        RawHttp.post(session, "1");
    }

    @Test
    void requestsBehindOneThatWaits() throws Exception {
        String sid = RawHttp.open(server.uri("http", POLLING));
        String poll = "GET /socket.io/?" + POLLING + "&sid=" + sid + " HTTP/1.1\r\nHost: x\r\n\r\n";

        assertThat(RawHttp.plain(server.port(), poll.repeat(100))).isEmpty();
    }

    @Test
    void deepJson() throws Exception {
        try (RawWebSocket mallory = RawWebSocket.connected(server, 2, "")) {
            mallory.hears();
            mallory.send("42[\"x\"," + "[".repeat(20_000) + "]".repeat(20_000) + "]");

            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void binaryAttachmentsThatNeverComeOrAreTooMany() throws Exception {
        try (RawWebSocket mallory = RawWebSocket.connected(server, 2, "");
                RawWebSocket greedy = RawWebSocket.connected(server, 2, "")) {
            mallory.hears();
            greedy.hears();
            mallory.send("451-[\"x\",{\"_placeholder\":true,\"num\":0}]");
            greedy.send("4599999999-[\"x\"]");

            assertThat(greedy.isClosedByServer()).isTrue();
            // It waits for its attachment, and what waits for it does not wait.
            server.live(2, "\"hers\"");
            assertThat(mallory.hears()).contains("hers");
            mallory.send("42[\"x\"]");
            assertThat(mallory.isClosedByServer()).isTrue();
        }
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

    @Test
    void readingTokensFromTheLog(CapturedOutput output) throws Exception {
        String token = TestServer.token(1);
        RawHttp.get(server.uri("http", POLLING + "&token=" + token));
        RawHttp.get(server.uri("http", "EIO=4&transport=none&token=" + token));
        RawHttp.get(URI.create("http://127.0.0.1:" + server.port() + "/wrong?token=" + token));
        RawHttp.get(server.uri("http", POLLING), "Authorization", "Bearer " + token);
        try (RawWebSocket alice = opened()) {
            alice.send("40{\"token\":\"" + token + "\" broken");
            assertThat(alice.isClosedByServer()).isTrue();
        }

        assertThat(output.getAll()).doesNotContain(token).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
    }

    private RawWebSocket opened() throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(server.uri("ws", WEBSOCKET));
        socket.hears();
        return socket;
    }

    private String refusal(String auth) throws InterruptedException {
        try (RawWebSocket mallory = opened()) {
            mallory.send("40" + auth);
            String answer = mallory.hears();
            assertThat(answer).startsWith("44{\"message\":\"unauthorized\",\"data\":{\"code\":");
            return answer;
        }
    }

    private static void flood(RawWebSocket socket, String packet) {
        try {
            for (int i = 0; i < 1000; i++) {
                socket.send(packet);
            }
        } catch (RuntimeException closedInTheMiddle) {
            // The server was faster.
        }
    }

    private void restart(String... settings) {
        server.close();
        server = TestServer.start(settings);
    }

    private static String sid(String open) {
        int at = open.indexOf("\"sid\":\"") + 7;
        return open.substring(at, at + 36);
    }
}
