package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.RedisServer;
import io.github.follownotify.testservices.TestServices;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that emit with python-socketio, unchanged but for the address, reach the devices on two of our nodes. */
@RealBrokerTest
class PythonProducersTest {

    private static final AtomicLong users = new AtomicLong(5_000);
    private static final String channel = TestServices.uniqueName("socketio");
    private static Installation installation;
    private static RedisServer redis;

    @BeforeAll
    static void startEverything() {
        redis = new RedisServer();
        Map<String, String> bridge = PythonSocketIo.imServer(channel, redis);
        installation = Installation.start(1, List.of(bridge, bridge));
    }

    @AfterAll
    static void stopEverything() {
        installation.close();
        redis.close();
        BrokerObjects.deleteBridge(channel);
    }

    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"PICKLE, kombu", "PICKLE, redis", "JSON, kombu", "JSON, redis"})
    void reachDevicesOnEveryNodeOnceAndInOrder(PythonSocketIo generation, String manager) {
        long user = users.incrementAndGet();
        long other = users.incrementAndGet();
        try (Phone first = new Phone(user, installation.imServer(0));
                Phone second = new Phone(user, installation.imServer(1));
                Phone third = new Phone(other, installation.imServer(1));
                ClientProcess producer = producer(generation, manager)) {
            run(
                    producer,
                    "manager.emit('liking notify', {'n': 1, 'who': 'Zoë 🦊'}, room='%d')".formatted(user),
                    "manager.emit('news', ('a', [1, 2], None), room=%d)".formatted(user),
                    "manager.emit('nothing', None, room=['%d', '%d', 'staff'])".formatted(user, user),
                    "manager.emit('photo', {'bytes': b'\\x00\\xff', 'x': 1}, room='%d')".formatted(user),
                    "manager.emit('news', 'skipped', room='%d', skip_sid='%s')".formatted(user, first.id()),
                    "manager.emit('chat', 'x', room='%d', namespace='/chat')".formatted(user),
                    "manager.emit('last', 7)");

            List<String> all = List.of(
                    "liking notify {\"n\":1,\"who\":\"Zoë 🦊\"}",
                    "news a [1,2] null",
                    "nothing",
                    "photo {\"bytes\":00ff,\"x\":1}",
                    "news skipped",
                    "last 7");
            List<String> withoutSkipped = new ArrayList<>(all);
            withoutSkipped.remove("news skipped");
            await().atMost(Device.LIMIT)
                    .untilAsserted(() -> assertThat(second.events()).containsExactlyElementsOf(all));
            await().atMost(Device.LIMIT)
                    .untilAsserted(() -> assertThat(first.events()).containsExactlyElementsOf(withoutSkipped));
            await().atMost(Device.LIMIT)
                    .untilAsserted(() -> assertThat(third.events()).containsExactly("last 7"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"PICKLE", "JSON"})
    void disconnectAndCloseRooms(PythonSocketIo generation) {
        long user = users.incrementAndGet();
        long other = users.incrementAndGet();
        try (Phone one = new Phone(user, installation.imServer(0));
                Phone two = new Phone(user, installation.imServer(1));
                Phone closed = new Phone(other, installation.imServer(0));
                ClientProcess producer = producer(generation, "redis")) {
            run(
                    producer,
                    "manager._publish({'method': 'disconnect', 'sid': '%s', 'namespace': '/'})".formatted(one.id()),
                    "manager._publish({'method': 'close_room', 'room': '%d', 'namespace': '/'})".formatted(other),
                    "manager.emit('still here', room='%d', data=None)".formatted(user));

            await().atMost(Device.LIMIT).until(() -> !one.isConnected() && !closed.isConnected());
            await().atMost(Device.LIMIT)
                    .untilAsserted(() -> assertThat(two.events()).containsExactly("still here"));
            assertThat(one.events()).containsExactly("closing {\"reason\":\"disconnected\"}");
            assertThat(closed.events()).containsExactly("closing {\"reason\":\"room_closed\"}");
        }
    }

    @Test
    void whatNobodyCanReadIsParkedAndCountedAndStopsNothing() {
        long user = users.incrementAndGet();
        try (Phone phone = new Phone(user, installation.imServer(0));
                ClientProcess producer = producer(PythonSocketIo.PICKLE, "kombu")) {
            run(
                    producer,
                    "import os; manager._publish(type('C', (), {'__reduce__': lambda s: (os.system, ('true',))})())",
                    "import datetime; manager.emit('date', datetime.datetime(2026, 1, 1), room='%d')".formatted(user),
                    "manager.producer.publish(b'no pickle')",
                    "manager.producer.publish(b'{' * 1000)",
                    "manager._publish({'method': 'reboot'})",
                    "manager.producer.publish(b'x' * 5000000)");
            await().atMost(Device.LIMIT).untilAsserted(() -> {
                assertThat(parked("names_a_class")).isEqualTo(2);
                assertThat(parked("unknown_method")).isEqualTo(1);
                assertThat(parked("unreadable") + parked("too_deep")).isEqualTo(2);
            });
            await().atMost(Device.LIMIT).until(() -> BrokerObjects.messagesIn(channel + ".parked") >= 5);

            // Five megabytes are more than the connection takes: it was made anew, with a queue of its own.
            await().atMost(Device.LIMIT).until(() -> {
                run(producer, "manager.emit('again', 1, room='%d')".formatted(user));
                return phone.events().contains("again 1");
            });
        }
    }

    @Test
    void redisMayGoAwayAndComeBack() {
        long user = users.incrementAndGet();
        try (Phone phone = new Phone(user, installation.imServer(0));
                ClientProcess producer = producer(PythonSocketIo.PICKLE, "redis")) {
            redis.stop();
            await().atMost(Device.LIMIT).until(() -> connected("redis") == 0);
            installation.api().follow(Users.token(7, "Alice"), user);
            await().atMost(Device.LIMIT).until(() -> phone.events().size() == 1);
            installation.imServerProcess(0).awaitReady();

            redis.restart();

            await().atMost(Device.LIMIT).until(() -> connected("redis") == 1);
            run(producer, "manager.emit('back', 1, room='%d')".formatted(user));
            await().atMost(Device.LIMIT).until(() -> phone.events().contains("back 1"));
        }
    }

    private static double parked(String reason) {
        return installation.imServerMetrics(0).sum("im_bridge_parked_total", "reason=\"" + reason + "\"");
    }

    private static double connected(String source) {
        return installation.imServerMetrics(0).sum("im_bridge_connected", "source=\"" + source + "\"");
    }

    private static ClientProcess producer(PythonSocketIo generation, String manager) {
        String url = PythonSocketIo.url(manager, PythonSocketIo.port(manager, redis));
        ClientProcess producer =
                ClientProcess.pythonScript(generation, "socketio, kombu, redis", "producer.py", manager, url, channel);
        String version = producer.await("version").get("version").asString();
        assertThat(Integer.parseInt(version.split("\\.")[1]) >= 14)
                .as("python-socketio %s is of the generation %s", version, generation)
                .isEqualTo(generation == PythonSocketIo.JSON);
        return producer;
    }

    private static void run(ClientProcess producer, String... lines) {
        int done = producer.reports("done").size();
        for (String line : lines) {
            producer.tell(line);
        }
        producer.await("done", done + lines.length);
    }

    /** A stock client that writes down every event with its arguments. */
    private static final class Phone implements AutoCloseable {

        private final Socket socket;
        private final List<String> events = new CopyOnWriteArrayList<>();

        Phone(long user, URI imServer) {
            socket = IO.socket(
                    imServer,
                    IO.Options.builder()
                            .setForceNew(true)
                            .setAuth(Map.of("token", Users.token(user)))
                            .build());
            socket.onAnyIncoming(arguments -> events.add(
                    String.join(" ", Arrays.stream(arguments).map(Phone::text).toList())));
            socket.connect();
            await().atMost(Device.LIMIT).until(socket::connected);
        }

        String id() {
            return socket.id();
        }

        boolean isConnected() {
            return socket.connected();
        }

        List<String> events() {
            return events;
        }

        private static String text(Object argument) {
            if (argument instanceof byte[] bytes) {
                return HexFormat.of().formatHex(bytes);
            }
            if (argument instanceof org.json.JSONObject object && object.opt("bytes") instanceof byte[] bytes) {
                return "{\"bytes\":%s,\"x\":%d}".formatted(HexFormat.of().formatHex(bytes), object.optInt("x"));
            }
            return String.valueOf(argument);
        }

        @Override
        public void close() {
            socket.disconnect();
            socket.io().reconnection(false);
        }
    }
}
