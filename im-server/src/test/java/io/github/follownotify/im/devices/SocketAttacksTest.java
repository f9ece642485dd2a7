package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.engineio.RawHttp;
import io.github.follownotify.im.engineio.RawWebSocket;
import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.jsonwebtoken.Jwts;
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

    private TestServer server = TestServer.start("connect-timeout", "3s", "request-timeout", "3s");

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
        try (RawWebSocket alice = server.connected(1, ",\"recover\":true")) {
            pid = RecoveryTest.pid(alice.hears());
            server.follow(1, 1);
            try (RawWebSocket mallory = server.connected(2, ",\"pid\":\"" + pid + "\",\"offset\":\"0\"")) {
                assertThat(RecoveryTest.pid(mallory.hears())).isNotEqualTo(pid);
                server.live(2, "\"hers\"");
                assertThat(mallory.hears()).as("nothing of Alice's").contains("hers");
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
            try (RawWebSocket mallory = server.connected(2, ",\"pid\":\"" + guess + "\"")) {
                assertThat(RecoveryTest.pid(mallory.hears())).isNotEmpty().isNotEqualTo(guess);
            }
        }
    }

    @Test
    void askingForAnothersOffset() throws Exception {
        server.follow(1, 1);
        server.follow(2, 2);
        for (String offset : new String[] {"\"0\"", "0", "-1", "\"zzzz\"", "1e9", "[0]", "\"99999999999999999999\""}) {
            try (RawWebSocket mallory = server.connected(2, ",\"offset\":" + offset)) {
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
        try (RawWebSocket mallory = server.connected(2, ",\"room\":\"1\",\"user_id\":1")) {
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
        try (RawWebSocket mallory = server.connected(2, "")) {
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
        try (RawWebSocket mallory = server.connected(2, "")) {
            mallory.hears();
            flood(mallory, "421[\"token refresh\",\"x\"]");

            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void moreSocketsOfOneUserThanAreAllowed() throws Exception {
        restart("limits.sockets-per-user", "1");
        try (RawWebSocket first = server.connected(2, "")) {
            assertThat(first.hears()).startsWith("40{");
            try (RawWebSocket second = server.connected(2, "")) {
                // No answer, which stock clients take as final.
                assertThat(second.hears()).isEqualTo(RawWebSocket.CLOSED);
                assertThat(second.closeStatus()).isEqualTo(1013);
            }
            assertThat(server.counted("im.connections.refused", "too_many_connections"))
                    .isEqualTo(1);
        }
    }

    @Test
    void moreConnectsOfOneUserThanAreAllowed() throws Exception {
        restart("limits.connects-per-second-per-user", "3");
        List<RawWebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sockets.add(server.connected(2, ""));
        }
        try (RawWebSocket alice = server.connected(1, "")) {
            assertThat(alice.hears()).startsWith("40{");
            await().until(() -> server.counted("im.connections.refused", "too_many_connections") > 0);
        }
        sockets.forEach(RawWebSocket::close);
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
    void deepJson() throws Exception {
        try (RawWebSocket mallory = server.connected(2, "")) {
            mallory.hears();
            mallory.send("42[\"x\"," + "[".repeat(20_000) + "]".repeat(20_000) + "]");

            assertThat(mallory.isClosedByServer()).isTrue();
        }
    }

    @Test
    void binaryAttachmentsThatNeverComeOrAreTooMany() throws Exception {
        try (RawWebSocket mallory = server.connected(2, "");
                RawWebSocket greedy = server.connected(2, "")) {
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
