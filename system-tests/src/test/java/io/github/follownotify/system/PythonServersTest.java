package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.RedisServer;
import io.github.follownotify.testservices.TestServices;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Follows of our follow-api reach the clients of python-socketio's servers, of both generations. */
@RealBrokerTest
class PythonServersTest {

    private static final AtomicLong users = new AtomicLong(6_000);
    private static final String channel = TestServices.uniqueName("socketio");
    private static RedisServer redis;
    private static Installation installation;

    @BeforeAll
    static void startFollowApi() {
        redis = new RedisServer();
        installation = Installation.start(List.of(PythonSocketIo.followApi(channel, redis)), List.of());
    }

    @AfterAll
    static void stopEverything() {
        if (installation != null) {
            installation.close();
            redis.close();
        }
    }

    /** What RabbitMQ does with a queue of KombuManager five minutes after its server has gone. */
    @AfterEach
    void removeQueues() {
        BrokerObjects.deleteExchange(channel);
    }

    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"PICKLE, kombu", "PICKLE, redis", "JSON, kombu", "JSON, redis"})
    void missNothingWhileTheyAreCutOff(PythonSocketIo generation, String manager) throws Exception {
        long user = users.incrementAndGet();
        try (FaultProxy link = new FaultProxy("127.0.0.1", PythonSocketIo.port(manager, redis));
                OriginalProgram server = server(generation, manager, link, "string");
                Device device = Device.withQuery(user, server.address())) {
            follow(Users.token(7, "Zoë", "https://photos.example/zoe.png"), user);
            awaitFollowers(device, 7);
            JSONObject data = device.notifications().get(0);
            assertThat(data.getString("user_name")).isEqualTo("Zoë");
            assertThat(data.getString("user_photo")).isEqualTo("https://photos.example/zoe.png");
            assertThat(data.getLong("timestamp")).isPositive();

            link.cut();
            removeQueues();
            followWhileNobodyListens(manager, user);
            link.restore();

            awaitFollowers(device, 7, 8, 9);
            follow(Users.token(10), user);
            awaitFollowers(device, 7, 8, 9, 10);
        }
    }

    /** Not with the RedisManager of 5.7: it gives up for good when Redis is away at its start. */
    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"PICKLE, kombu", "JSON, kombu", "JSON, redis"})
    void missNothingWhileTheyAreRestarted(PythonSocketIo generation, String manager) {
        long user = users.incrementAndGet();
        try (FaultProxy link = new FaultProxy("127.0.0.1", PythonSocketIo.port(manager, redis))) {
            try (OriginalProgram server = server(generation, manager, link, "string");
                    Device device = Device.withQuery(user, server.address())) {
                follow(Users.token(7), user);
                awaitFollowers(device, 7);
            }
            removeQueues();
            followWhileNobodyListens(manager, user);

            // It hears of nothing before its client is in its room.
            link.cut();
            try (OriginalProgram server = server(generation, manager, link, "string");
                    Device device = Device.withQuery(user, server.address())) {
                link.restore();

                awaitFollowers(device, 8, 9);
            }
        }
    }

    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"PICKLE, redis", "JSON, kombu"})
    void mayNameTheirRoomsByNumbers(PythonSocketIo generation, String manager) {
        long user = users.incrementAndGet();
        useRooms("integer");
        try (FaultProxy link = new FaultProxy("127.0.0.1", PythonSocketIo.port(manager, redis));
                OriginalProgram server = server(generation, manager, link, "integer");
                Device device = Device.withQuery(user, server.address())) {
            follow(Users.token(7), user);

            awaitFollowers(device, 7);
        } finally {
            useRooms("string");
        }
    }

    private static void followWhileNobodyListens(String manager, long user) {
        await().atMost(Device.LIMIT).until(() -> redis.subscribers(channel) == 0);
        double before = undelivered(manager);
        follow(Users.token(8), user);
        follow(Users.token(9), user);
        await().atMost(Device.LIMIT).until(() -> undelivered(manager) > before);
    }

    private static void useRooms(String type) {
        ServiceProcess followApi = installation.followApiProcess();
        followApi.close();
        followApi.configure(Map.of("FOLLOW_PYTHONSOCKETIO_ROOMTYPE", type));
        followApi.restart();
        followApi.awaitReady();
    }

    private static OriginalProgram server(PythonSocketIo generation, String manager, FaultProxy link, String roomType) {
        return OriginalProgram.socketIoServer(
                generation, manager, PythonSocketIo.url(manager, link.port()), channel, roomType);
    }

    private static void follow(String token, long user) {
        assertThat(installation.api().follow(token, user).statusCode()).isEqualTo(201);
    }

    private static void awaitFollowers(Device device, long... followers) {
        await().atMost(Device.LIMIT)
                .untilAsserted(() -> assertThat(device.followers()).containsExactly(box(followers)));
    }

    private static Long[] box(long... values) {
        return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
    }

    private static double undelivered(String manager) {
        return installation
                .followApiMetrics()
                .sum(
                        "follow_python_socketio_undelivered_total",
                        manager.equals("redis") ? "destination=\"redis\"" : "destination=\"rabbitmq\"");
    }
}
