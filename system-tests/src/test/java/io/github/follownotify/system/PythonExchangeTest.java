package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.RedisServer;
import io.github.follownotify.testservices.TestServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The original design and ours side by side, in the middle of a migration: Flask and follow-api take follows, a
 * python-socketio server and im-server have the clients, and each client hears of each follow once.
 */
@RealBrokerTest
class PythonExchangeTest {

    private static final AtomicLong users = new AtomicLong(7_000);
    private static final HttpClient http = HttpClient.newHttpClient();
    private static final String channel = TestServices.uniqueName("socketio");
    private static RedisServer redis;
    private static Installation installation;

    @BeforeAll
    static void startOurs() {
        redis = new RedisServer();
        installation = Installation.start(
                List.of(PythonSocketIo.followApi(channel, redis)), List.of(PythonSocketIo.imServer(channel, redis)));
    }

    @AfterAll
    static void stopOurs() {
        if (installation != null) {
            installation.close();
            redis.close();
            BrokerObjects.deleteBridge(channel);
        }
    }

    @ParameterizedTest(name = "{0} over {1}")
    @CsvSource({"PICKLE, kombu", "PICKLE, redis", "JSON, kombu", "JSON, redis"})
    void eachSideTellsTheOthersClients(PythonSocketIo generation, String manager) throws Exception {
        long user = users.incrementAndGet();
        String url = PythonSocketIo.url(manager, PythonSocketIo.port(manager, redis));
        double ignored = ignoredAsOurOwn();
        try (OriginalProgram flask = OriginalProgram.flask(generation, manager, url, channel);
                OriginalProgram server = OriginalProgram.socketIoServer(generation, manager, url, channel, "string");
                Device theirs = Device.withQuery(user, server.address());
                Device ours = Device.withQuery(user, installation.imServer())) {
            // Theirs joins its channel at its own pace, and nothing that Flask publishes before waits for it.
            await().atMost(Device.LIMIT).until(() -> {
                followInFlask(flask.address(), 11, user);
                return theirs.followers().contains(11L) && ours.followers().contains(11L);
            });
            followInFlask(flask.address(), 12, user);
            awaitLast(theirs, 12);
            awaitLast(ours, 12);

            assertThat(installation
                            .api()
                            .follow(Users.token(13, "Zoë", "https://photos.example/zoe.png"), user)
                            .statusCode())
                    .isEqualTo(201);
            awaitLast(theirs, 13);
            awaitLast(ours, 13);
            // Later than whatever the bridge makes of our own event.
            await().atMost(Device.LIMIT).until(() -> ignoredAsOurOwn() > ignored);
            followInFlask(flask.address(), 14, user);
            awaitLast(theirs, 14);
            awaitLast(ours, 14);

            for (Device device : List.of(theirs, ours)) {
                assertThat(device.followers().stream()
                                .filter(follower -> follower != 11)
                                .toList())
                        .containsExactly(12L, 13L, 14L);
                JSONObject ofFollowApi =
                        device.notifications().get(device.notifications().size() - 2);
                assertThat(List.of("user_id", "user_name", "user_photo", "timestamp"))
                        .allMatch(ofFollowApi::has);
            }
        }
    }

    private static void awaitLast(Device device, long follower) {
        await().atMost(Device.LIMIT)
                .untilAsserted(() -> assertThat(device.followers()).last().isEqualTo(follower));
    }

    private static double ignoredAsOurOwn() {
        return installation.imServerMetrics(0).sum("im_bridge_ignored_total", "reason=\"our_own\"");
    }

    private static void followInFlask(URI flask, long follower, long target) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(flask.resolve("/followings"))
                .header("X-User", String.valueOf(follower))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"target\": " + target + "}"))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(201);
    }
}
