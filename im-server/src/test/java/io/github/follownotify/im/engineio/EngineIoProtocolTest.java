package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engine.IO 4 on the wire, with messages that are echoed. */
class EngineIoProtocolTest {

    private EchoServer server = start("25s");

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void opensASessionOverPolling() throws Exception {
        HttpResponse<String> opened = RawHttp.get(http("EIO=4&transport=polling"));

        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.body())
                .matches("0\\{\"sid\":\"[0-9a-f-]{36}\",\"upgrades\":\\[\"websocket\"],\"pingInterval\":25000,"
                        + "\"pingTimeout\":3000,\"maxPayload\":1000000}");
        assertThat(opened.headers().firstValue("content-type")).contains("text/plain; charset=UTF-8");
        assertThat(opened.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void opensASessionOverWebSocketWithNothingToUpgradeTo() throws Exception {
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            assertThat(socket.hears()).startsWith("0{\"sid\":\"").contains("\"upgrades\":[]");
        }
    }

    @ParameterizedTest(name = "{0} ?{1}")
    @CsvSource({
        "GET, transport=polling, 5",
        "GET, EIO=abc&transport=polling, 5",
        "GET, EIO=5&transport=polling, 5",
        "GET, EIO=4, 0",
        "GET, EIO=4&transport=abc, 0",
        "POST, EIO=4&transport=polling, 2",
        "PUT, EIO=4&transport=polling, 2",
        "GET, EIO=4&transport=polling&sid=00000000-0000-0000-0000-000000000000, 1",
        "GET, EIO=4&transport=polling&sid=nonsense, 1",
        "DELETE, EIO=4&transport=polling&sid=nonsense, 3"
    })
    void answersABadRequestWithEngineIosCode(String method, String query, int code) throws Exception {
        HttpResponse<String> answer = RawHttp.send(method, http(query), "");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"code\":" + code + ",");
    }

    @Test
    void carriesTextAndBinaryPacketsInOnePayload() throws Exception {
        String sid = open();

        assertThat(post(sid, "4h\u00e9llo\u001ebAQIDBA==\u001e4three").body()).isEqualTo("ok");

        assertThat(poll(sid).body()).isEqualTo("4h\u00e9llo\u001ebAQIDBA==\u001e4three");
    }

    /** As the Java client does, whose encoder ends its text with a line feed and breaks long ones. */
    @Test
    void readsBase64AsMimeDoes() throws Exception {
        String sid = open();

        assertThat(post(sid, "bAQID\n").body()).isEqualTo("ok");
        assertThat(post(sid, "bAQID\r\nBA==\n").body()).isEqualTo("ok");

        assertThat(poll(sid).body()).isEqualTo("bAQID\u001ebAQIDBA==");
    }

    @Test
    void carriesTextAndBinaryFrames() throws Exception {
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.hears();
            socket.send("4hello");
            socket.send((byte) 1, (byte) 2, (byte) 3);

            assertThat(socket.hears()).isEqualTo("4hello");
            assertThat(socket.hears()).isEqualTo("hex:010203");
        }
    }

    @Test
    void answersWebSocketsOwnPing() throws Exception {
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.hears();
            socket.ping();

            assertThat(socket.hears()).isEqualTo("pong");
        }
    }

    @Test
    void losesNoPacketHoweverManyWaitForAPoll() throws Exception {
        String sid = open();
        StringBuilder expected = new StringBuilder("4m0");
        for (int i = 1; i < 150; i++) {
            expected.append("\u001e4m").append(i);
        }

        post(sid, expected.toString());

        assertThat(poll(sid).body()).isEqualTo(expected.toString());
    }

    @Test
    void endsTheSessionOnAnInvalidPacket() throws Exception {
        String sid = open();

        assertThat(post(sid, "abc").statusCode()).isEqualTo(400);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.send("abc");
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    @Test
    void endsTheSessionOnASecondPoll() throws Exception {
        String sid = open();
        CompletableFuture<HttpResponse<String>> first = RawHttp.getLater(http(sid(sid)));
        // The two polls take two connections, so "second" needs the first to have arrived.
        awaitConnections(1);
        HttpResponse<String> second = poll(sid);
        while (second.statusCode() == 200) {
            second = poll(sid);
        }

        assertThat(second.statusCode()).isEqualTo(400);
        assertThat(first.join().statusCode()).isIn(200, 400);
        assertThat(poll(sid).statusCode()).isEqualTo(400);
    }

    @Test
    void endsTheSessionWhenItsPollIsCancelled() throws Exception {
        pingSoon();
        String sid = open();
        RawHttp.getLater(http(sid(sid))).cancel(true);

        Awaitility.await()
                .untilAsserted(() -> assertThat(server.engine.sessions()).isZero());
        assertThat(poll(sid).statusCode()).isEqualTo(400);
    }

    @Test
    void keepsASessionAliveAsLongAsItAnswersPings() throws Exception {
        pingSoon();
        String sid = open();
        for (int i = 0; i < 3; i++) {
            assertThat(poll(sid).body()).isEqualTo("2");
            assertThat(post(sid, "3").body()).isEqualTo("ok");
        }
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.hears();
            for (int i = 0; i < 3; i++) {
                assertThat(socket.hearsAnything()).isEqualTo("2");
                socket.send("3");
            }
        }
    }

    @Test
    void endsASessionThatAnswersNoPing() throws Exception {
        pingSoon();
        open();
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.hears();
            assertThat(socket.hearsAnything()).isEqualTo("2");
            assertThat(socket.hearsAnything()).isEqualTo(RawWebSocket.CLOSED);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.engine.sessions()).isZero());
    }

    @Test
    void letsAClientClose() throws Exception {
        String sid;
        String body;
        Duration taken;
        do {
            sid = open();
            long start = System.nanoTime();
            assertThat(post(sid, "1").body()).isEqualTo("ok");
            // The poll that was on its way when the client closed. One that comes half a second later has missed it.
            body = poll(sid).body();
            taken = Duration.ofNanos(System.nanoTime() - start);
        } while (!body.equals("6") && taken.toMillis() >= 500);
        assertThat(body).isEqualTo("6");
        assertThat(poll(sid).statusCode()).isEqualTo(400);
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket"))) {
            socket.send("1");
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    @Test
    void upgradesAndDeliversThereWhatWaited() throws Exception {
        String sid = open();
        try (RawWebSocket socket = upgraded(sid)) {
            socket.send("4hello");

            assertThat(socket.hears()).isEqualTo("4hello");
            assertThat(poll(sid).statusCode()).isEqualTo(400);
        }
    }

    /** The poll and the take-over travel on two connections, and the poll may overtake it. */
    @Test
    void refusesAPollThatOvertakesTheUpgrade() throws Exception {
        HttpResponse<String> poll = pollBeforeTheUpgrade();
        while (poll.body().equals("6")) {
            // So late came the upgrade that the poll was released, as it is for clients that wait for that.
            poll = pollBeforeTheUpgrade();
        }

        assertThat(poll.statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> pollBeforeTheUpgrade() throws Exception {
        String sid = open();
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket&sid=" + sid))) {
            socket.send("2probe");
            assertThat(socket.hears()).isEqualTo("3probe");
            CompletableFuture<HttpResponse<String>> poll = RawHttp.getLater(http(sid(sid)));
            socket.send("5");
            return poll.join();
        }
    }

    @Test
    void refusesASecondWebSocketOfTheSameSession() throws Exception {
        String sid = open();
        try (RawWebSocket socket = upgraded(sid);
                RawWebSocket second = new RawWebSocket(ws("EIO=4&transport=websocket&sid=" + sid))) {
            assertThat(second.hears()).isEqualTo(RawWebSocket.CLOSED);

            socket.send("4hello");
            assertThat(socket.hears()).isEqualTo("4hello");
        }
    }

    @Test
    void goesOnPollingWhenAnUpgradeIsAbandoned() throws Exception {
        String sid = open();
        try (RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket&sid=" + sid))) {
            socket.send("2probe");
            assertThat(socket.hears()).isEqualTo("3probe");
        }

        Awaitility.await().untilAsserted(() -> {
            post(sid, "4hello");
            assertThat(poll(sid).body()).contains("4hello");
        });
    }

    private static EchoServer start(String pingInterval) {
        return EchoServer.start("ping-interval", pingInterval, "ping-timeout", "3s", "max-payload", "1000000B");
    }

    private void pingSoon() {
        server.close();
        server = start("300ms");
    }

    private RawWebSocket upgraded(String sid) throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(ws("EIO=4&transport=websocket&sid=" + sid));
        socket.send("2probe");
        assertThat(socket.hears()).isEqualTo("3probe");
        socket.send("5");
        return socket;
    }

    private void awaitConnections(int atLeast) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(server.engine.connections()).isGreaterThanOrEqualTo(atLeast));
    }

    private String open() throws IOException, InterruptedException {
        return RawHttp.open(http("EIO=4&transport=polling"));
    }

    private HttpResponse<String> poll(String sid) throws IOException, InterruptedException {
        return RawHttp.get(http(sid(sid)));
    }

    private HttpResponse<String> post(String sid, String body) throws IOException, InterruptedException {
        return RawHttp.post(http(sid(sid)), body);
    }

    private static String sid(String sid) {
        return "EIO=4&transport=polling&sid=" + sid;
    }

    private URI http(String query) {
        return URI.create("http://127.0.0.1:" + server.port() + "/socket.io/?" + query);
    }

    private URI ws(String query) {
        return URI.create("ws://127.0.0.1:" + server.port() + "/socket.io/?" + query);
    }
}
