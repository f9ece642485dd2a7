package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.corundumstudio.socketio.HandshakeData;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.RawHttp;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Connections that end in every way leave nothing behind.
 *
 * <p>{@code -Dleak.cycles=100000} runs as many cycles, a few hundred by default, and prints what is left.
 */
class LeakTest {

    private static final int CYCLES = Integer.getInteger("leak.cycles", 210);

    /** At least one of these exists for each connection, session or request. */
    private static final List<String> OF_A_CONNECTION = Stream.concat(
                    Stream.of(
                                    "engineio.Session",
                                    "engineio.SendQueue",
                                    "engineio.QueueBudget",
                                    "engineio.Heartbeat",
                                    "engineio.Upgrade",
                                    "engineio.WebSocketTransport",
                                    "engineio.PollingTransport",
                                    "engineio.Handshake",
                                    "engineio.HttpRequestHandler",
                                    "engineio.HttpExchange",
                                    "engineio.WebSocketHandler",
                                    "socketio.ClientSession",
                                    "socketio.SocketIoMessages",
                                    "socketio.ConnectRequest",
                                    "socketio.Connection",
                                    "devices.Device",
                                    "devices.EventQueue",
                                    "devices.TokenLifetime")
                            .map(name -> "io.github.follownotify.im." + name),
                    Stream.of(
                                    NamespaceClient.class,
                                    HandshakeData.class,
                                    NioSocketChannel.class,
                                    HttpRequestDecoder.class)
                            .map(Class::getName))
            .peek(LeakTest::mustExist)
            .toList();

    private final TestServer server = TestServer.start(
            "connect-timeout", "1s",
            "request-timeout", "1s",
            "upgrade-timeout", "1s",
            "ping-interval", "1s",
            "ping-timeout", "1s",
            "limits.handshakes-per-second", "1000000",
            "limits.handshakes-per-second-per-address", "1000000",
            "limits.connects-per-second-per-user", "1000000");

    /** One way to come and go. */
    private interface Cycle {
        void run() throws Exception;
    }

    @Test
    void nothingIsLeftWhateverWayAClientGoes() throws Exception {
        Cycle[] cycles = {
            this::cleanClose,
            this::reset,
            this::badHandshake,
            this::upgradeAbandoned,
            this::disconnectAndSilence,
            this::vanishingPoller,
            this::refused
        };
        // Not empty when other tests ran in this JVM and left something of theirs.
        ClassHistogram first = ClassHistogram.take();
        try (Socket connected = SlowClientTest.silentSocket(server, 42)) {
            assertThat(connected.isConnected()).isTrue();
            ClassHistogram one = ClassHistogram.take();
            assertThat(one.instances("io.github.follownotify.im.engineio.Session"))
                    .isPositive();
            assertThat(one.instances(NioSocketChannel.class.getName())).isPositive();
        }
        run(cycles, 7 * 20);
        long before = heap();
        long start = System.nanoTime();
        run(cycles, CYCLES);
        long after = heap();
        System.out.printf(
                "cycles=%d seconds=%d heap_before_kb=%d heap_after_kb=%d%n",
                CYCLES, Duration.ofNanos(System.nanoTime() - start).toSeconds(), before / 1024, after / 1024);

        assertThat(server.rooms.usersOnline()).isZero();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            ClassHistogram last = ClassHistogram.take();
            assertThat(OF_A_CONNECTION)
                    .allSatisfy(type -> assertThat(last.instances(type)).isLessThanOrEqualTo(first.instances(type)));
        });
        print(ClassHistogram.take());
        assertThat(after - before).isLessThan(4_000_000);
        server.close();
    }

    private static void mustExist(String name) {
        try {
            Class.forName(name, false, LeakTest.class.getClassLoader());
        } catch (ClassNotFoundException renamed) {
            throw new IllegalStateException(renamed);
        }
    }

    private static void print(ClassHistogram histogram) {
        histogram.top(12).forEach(System.out::println);
        OF_A_CONNECTION.forEach(type -> System.out.printf("left=%d %s%n", histogram.instances(type), type));
    }

    private void run(Cycle[] cycles, int number) throws Exception {
        for (int i = 0; i < number; i++) {
            cycles[i % cycles.length].run();
        }
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(server.server.sessions()).isZero();
            assertThat(server.server.connections()).isZero();
            assertThat(server.rooms.socketsOpen()).isZero();
        });
    }

    private void cleanClose() throws Exception {
        try (Socket socket = SlowClientTest.silentSocket(server, 42)) {
            // RFC 6455, section 5.5.1: close, masked, status 1000.
            socket.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xE8});
            socket.getOutputStream().flush();
        }
    }

    private void reset() throws Exception {
        try (Socket socket = SlowClientTest.silentSocket(server, 42)) {
            socket.setSoLinger(true, 0);
        }
    }

    private void badHandshake() throws IOException {
        answered(RawHttp.webSocketRequest("EIO=4&transport=websocket&token=" + TestServer.token(42), 99));
    }

    private void upgradeAbandoned() throws IOException {
        String sid = openPolling();
        try (Socket socket = RawHttp.connect(server.port())) {
            send(socket, RawHttp.webSocketRequest("EIO=4&transport=websocket&sid=" + sid, 13));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }

    private void disconnectAndSilence() throws Exception {
        try (Socket socket = SlowClientTest.silentSocket(server, 42)) {
            socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', '1'});
            socket.getOutputStream().flush();
        }
    }

    private void vanishingPoller() throws IOException {
        String sid = openPolling();
        String connect = "40{\"token\":\"" + TestServer.token(42) + "\"}";
        answered("POST /socket.io/?EIO=4&transport=polling&sid=" + sid
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + connect.length() + "\r\n\r\n"
                + connect);
    }

    private void refused() throws IOException {
        String sid = openPolling();
        answered("POST /socket.io/?EIO=4&transport=polling&sid=" + sid
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n40");
    }

    private String openPolling() throws IOException {
        String answer =
                answered("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        int id = answer.indexOf("\"sid\":\"") + 7;
        return answer.substring(id, id + 36);
    }

    private String answered(String request) throws IOException {
        try (Socket socket = RawHttp.connect(server.port())) {
            send(socket, request);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
