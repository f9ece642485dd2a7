package io.github.follownotify.im.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.engineio.RawWebSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Socket.IO 5 on the wire, with listeners written to netty-socketio's own API that echo. */
class SocketIoProtocolTest {

    private final SocketServer server =
            ConformanceServer.socketIo(Map.of("port", "0", "ping-timeout", "5s", "connect-timeout", "5s"));

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void connectsToTheMainNamespaceAndThenSpeaks() throws Exception {
        try (RawWebSocket socket = opened()) {
            socket.send("40{\"token\":\"123\"}");

            assertThat(socket.hears()).matches("40\\{\"sid\":\"[A-Za-z0-9_-]{20}\"}");
            assertThat(socket.hears()).isEqualTo("42[\"auth\",{\"token\":\"123\"}]");
        }
    }

    @Test
    void connectsToACustomNamespace() throws Exception {
        try (RawWebSocket socket = opened()) {
            socket.send("40/custom,{\"token\":\"abc\"}");

            assertThat(socket.hears()).startsWith("40/custom,{\"sid\":");
            assertThat(socket.hears()).isEqualTo("42/custom,[\"auth\",{\"token\":\"abc\"}]");
        }
    }

    @Test
    void refusesAnUnknownNamespace() throws Exception {
        try (RawWebSocket socket = opened()) {
            socket.send("40/random");

            assertThat(socket.hears()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
        }
    }

    @Test
    void leavesOneNamespaceAndStaysInTheOther() throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send("40/custom");
            socket.hears();
            socket.hears();

            socket.send("41/custom");
            socket.send("42[\"message\",\"to main\"]");

            assertThat(socket.hears()).isEqualTo("42[\"message-back\",\"to main\"]");
        }
    }

    @Test
    void keepsThePingsGoingAfterADisconnect() throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send("41");

            assertThat(socket.hearsAnything()).isEqualTo("2");
        }
    }

    @Test
    void echoesEventsAndAcknowledgesThem() throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send("42[\"message\",1,\"2\",{\"3\":[true]}]");
            assertThat(socket.hears()).isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");

            socket.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
            assertThat(socket.hears()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
        }
    }

    @Test
    void answersAnUnknownEventWhenAnAckIsAskedFor() throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send("42[\"chat\",\"hello\"]");
            socket.send("427[\"chat\",\"hello\"]");

            assertThat(socket.hears()).isEqualTo("437[{\"status\":\"error\",\"code\":\"unknown_event\"}]");
        }
    }

    /** Bytes of socket.io-msgpack-parser 3 for {@code {type: 0, data: {}, nsp: "/"}}. */
    @Test
    void tellsAClientWithTheMsgpackParserWhatIsWrong() throws Exception {
        try (RawWebSocket socket = opened()) {
            socket.send(HexFormat.of().parseHex("83a47479706500a46461746180a36e7370a12f"));

            String answer = socket.hears();
            assertThat(answer).startsWith("hex:83a47479706504");
            assertThat(new String(HexFormat.of().parseHex(answer.substring(4)), StandardCharsets.ISO_8859_1))
                    .contains("this server speaks the default parser of Socket.IO, not msgpack");
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    @Test
    void carriesBinaryAttachmentsBothWays() throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send(
                    "452-789[\"message-with-ack\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            socket.send((byte) 1, (byte) 2);
            socket.send((byte) 3);

            assertThat(socket.hears())
                    .isEqualTo("462-789[{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
            assertThat(socket.hears()).isEqualTo("hex:0102");
            assertThat(socket.hears()).isEqualTo("hex:03");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4abc",
                "42{}",
                "42[]",
                "42[1]",
                "42abc[\"message\"]",
                "42[\"message\"] and more",
                "42/unknown,[\"message\"]",
                "41{}",
                "44{\"message\":\"I am the server\"}",
                "4",
                "451-[\"message\",{\"_placeholder\":true,\"num\":7}]",
                "4599-[\"message\"]",
                "45-[\"message\"]",
                "2",
                "9"
            })
    void endsTheSessionOnWhatIsNoPacket(String packet) throws Exception {
        try (RawWebSocket socket = connected()) {
            socket.send(packet);
            if (packet.startsWith("451")) {
                socket.send((byte) 1);
            }

            assertThat(socket.isClosedByServer()).isTrue();
            await().untilAsserted(() -> assertThat(server.sessions()).isZero());
        }
    }

    @Test
    void endsASessionThatNeverConnects() throws Exception {
        try (RawWebSocket socket = opened()) {
            assertThat(socket.isClosedByServer()).isTrue();
        }
    }

    private RawWebSocket opened() throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(
                URI.create("ws://127.0.0.1:" + server.port() + "/socket.io/?EIO=4&transport=websocket"));
        socket.hears();
        return socket;
    }

    private RawWebSocket connected() throws InterruptedException {
        RawWebSocket socket = opened();
        socket.send("40");
        socket.hears();
        socket.hears();
        return socket;
    }
}
