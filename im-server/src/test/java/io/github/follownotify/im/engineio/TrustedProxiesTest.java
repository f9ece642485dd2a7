package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection for each address, and the test is a proxy: its requests say for whom they are. */
class TrustedProxiesTest {

    private static final String POLLING = "EIO=4&transport=polling";

    private EchoServer server = behind("127.0.0.1,::1,10.0.0.0/8,2001:db8:ffff::/48");
    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        server.close();
    }

    @Test
    void eachClientBehindTheProxyIsCountedByItself() throws IOException {
        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
        assertThat(webSocket("203.0.113.8")).contains(" 101 ");

        assertThat(webSocket("203.0.113.7")).contains(" 503 ");
        assertThat(webSocket("203.0.113.8")).contains(" 503 ");
        assertThat(server.counted("im.connections.refused", "connections")).isEqualTo(2);
    }

    @Test
    void aConnectionThatEndedCountsNoLonger() throws IOException {
        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
        open.get(0).close();

        await().until(() -> server.engine.connections() == 0);
        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7 | 203.0.113.7:1234",
                "203.0.113.7 | ::ffff:203.0.113.7",
                "203.0.113.7 | 198.51.100.1, 203.0.113.7",
                "203.0.113.7 | nonsense, 203.0.113.7",
                "203.0.113.7 | 198.51.100.1, 203.0.113.7, 10.1.2.3",
                "203.0.113.7 | 203.0.113.7,10.1.2.3:80,[2001:db8:ffff::2]:443, ",
                "2001:db8::1 | [2001:db8::1]:4711",
                "2001:db8::1 | [2001:db8::1]",
                "2001:db8::1 | 2001:0DB8:0:0:0:0:0:1",
            })
    void theRightMostAddressThatIsNoProxyOfOursIsTheClient(String client, String header) throws IOException {
        assertThat(webSocket(client)).contains(" 101 ");
        assertThat(webSocket(header)).contains(" 503 ");
    }

    @Test
    void severalHeadersAreOneList() throws IOException {
        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
        assertThat(webSocket("203.0.113.7\r\nX-Forwarded-For: 10.1.2.3")).contains(" 503 ");
        assertThat(webSocket("203.0.113.7\r\nX-Forwarded-For: 203.0.113.8")).contains(" 101 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "unknown",
                "localhost",
                "203.0.113",
                "203.0.113.7.",
                "203.0.113.7:",
                "203.0.113.7:http",
                "203.0.113.7, unknown",
                "203.0.113.7, 10.1.2.3 10.1.2.4",
                "[2001:db8::1",
                "[203.0.113.7]",
                "fe80::1%eth0",
                "10.1.2.3, 127.0.0.1"
            })
    void aHeaderThatNamesNobodyCountsForNobody(String header) throws IOException {
        assertThat(webSocket(header)).contains(" 101 ");
        assertThat(webSocket(header)).contains(" 101 ");
        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
    }

    @Test
    void nobodyElseIsBelieved() throws IOException {
        server.close();
        server = behind("192.0.2.1");

        assertThat(webSocket("203.0.113.7")).contains(" 101 ");
        assertThat(RawHttp.plain(server.port(), "")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void aPollThatWaitsCountsAndDoesNotHinderItsOwnSession() throws Exception {
        String forwarded = "X-Forwarded-For";
        String sid = sid(RawHttp.get(server.uri("http", POLLING), forwarded, "203.0.113.7")
                .body());
        String query = POLLING + "&sid=" + sid;
        Socket poll =
                send("GET /socket.io/?" + query + " HTTP/1.1\r\nHost: x\r\n" + forwarded + ": 203.0.113.7\r\n\r\n");

        await().until(() -> RawHttp.get(server.uri("http", POLLING), forwarded, "203.0.113.7")
                        .statusCode()
                == 503);
        assertThat(RawHttp.get(server.uri("http", POLLING), forwarded, "203.0.113.8")
                        .statusCode())
                .isEqualTo(200);
        assertThat(RawHttp.send("POST", server.uri("http", query), "4hello", forwarded, "203.0.113.7")
                        .statusCode())
                .isEqualTo(200);
        assertThat(statusLine(poll)).contains(" 200 ");
        // The proxy's connection is still open, for its next client.
        await().until(() -> RawHttp.get(server.uri("http", POLLING), forwarded, "203.0.113.7")
                        .statusCode()
                == 200);
    }

    @Test
    void oneConnectionOfTheProxyServesManyClients() throws IOException {
        Socket shared = send("");
        for (int client = 1; client <= 20; client++) {
            shared.getOutputStream()
                    .write(("GET /socket.io/?" + POLLING + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113."
                                    + client % 3 + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(statusLine(shared)).contains(" 200 ");
            drain(shared);
        }
    }

    private static EchoServer behind(String proxies) {
        return EchoServer.start("trusted-proxies", proxies, "limits.connections-per-address", "1");
    }

    /** The answer to a websocket handshake; the connection stays open. */
    private String webSocket(String forwardedFor) throws IOException {
        return statusLine(send(RawHttp.webSocketRequest("EIO=4&transport=websocket", 13)
                .replaceFirst("\r\n", "\r\nX-Forwarded-For: " + forwardedFor + "\r\n")));
    }

    private Socket send(String request) throws IOException {
        Socket socket = RawHttp.connect(server.port());
        open.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String statusLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\n';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    /** Reads up to the end of the handshake's JSON, which has one object and one list. */
    private static void drain(Socket socket) throws IOException {
        int next = socket.getInputStream().read();
        while (next >= 0 && next != '}') {
            next = socket.getInputStream().read();
        }
    }

    private static String sid(String opened) {
        int id = opened.indexOf("\"sid\":\"") + 7;
        return opened.substring(id, id + 36);
    }
}
