package io.github.follownotify.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickstartTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SHORT_WHILE = Duration.ofMinutes(5);

    private static Quickstart quickstart;

    @BeforeAll
    static void start() {
        quickstart = Quickstart.start(FreePorts.ARGUMENTS);
    }

    @AfterAll
    static void stop() {
        quickstart.close();
    }

    @Test
    void showsAFollowToTheOneWhoIsFollowed() throws Exception {
        Queue<JSONObject> received = new ConcurrentLinkedQueue<>();
        Socket bob = IO.socket(
                quickstart.socketUrl(),
                IO.Options.builder()
                        .setTransports(new String[] {"websocket"})
                        .setAuth(Map.of("token", quickstart.token(2, SHORT_WHILE)))
                        .build());
        bob.on("following notify", arguments -> received.add((JSONObject) arguments[0]));
        bob.connect();
        try {
            await().until(bob::connected);

            HttpResponse<String> answer = follow(quickstart.token(1, SHORT_WHILE), 2);

            assertThat(answer.statusCode()).isEqualTo(201);
            await().until(() -> !received.isEmpty());
            assertThat(received).singleElement().satisfies(follow -> {
                assertThat(follow.getLong("user_id")).isEqualTo(1);
                assertThat(follow.getString("user_name")).isEqualTo("Alice");
            });
        } finally {
            bob.disconnect();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html",
        "/index.html, text/html",
        "/demo/quickstart.js, text/javascript",
        "/demo/quickstart.css, text/css",
        "/demo/icon.svg, image/svg+xml",
        "/demo/vendor/socket.io.min.js, text/javascript",
        "/demo/vendor/socket.io.LICENSE.txt, text/plain",
    })
    void servesThePageToEverybody(String path, String type) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(found -> assertThat(found).startsWith(type));
    }

    @Test
    void keepsTheApiClosedToWhoeverHasNoToken() throws Exception {
        assertThat(get("/followings").statusCode()).isEqualTo(401);
        assertThat(get("/anything-else").statusCode()).isEqualTo(401);
    }

    @Test
    void givesThePageTokensForTheUsersItNames() throws Exception {
        JSONObject session =
                new JSONObject(get("/demo/session?user_id=1&user_id=77").body());

        assertThat(session.getInt("socket_port"))
                .isEqualTo(quickstart.socketUrl().getPort());
        assertThat(session.getLong("valid_for_seconds")).isPositive();
        assertThat(session.getJSONArray("users").length()).isEqualTo(2);
        JSONObject alice = session.getJSONArray("users").getJSONObject(0);
        assertThat(alice.getString("user_name")).isEqualTo("Alice");
        assertThat(follow(alice.getString("token"), 4711).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"/demo/session", "/demo/session?user_id=0", "/demo/session?user_id=x", "/demo/token/-1", "/demo/token/x"
    })
    void answersNonsenseWith400(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(400);
    }

    @Test
    void answersTheTokenCommandOfAnotherProcess() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int exitCode = TokenOfRunningQuickstart.run(
                quickstart.url(), "42", new PrintStream(out, true, StandardCharsets.UTF_8), System.err);

        assertThat(exitCode).isZero();
        assertThat(follow(out.toString(StandardCharsets.UTF_8).strip(), 43).statusCode())
                .isEqualTo(201);
    }

    @Test
    void saysInTheTokenCommandThatNothingIsRunning() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        int exitCode = TokenOfRunningQuickstart.run(
                URI.create("http://localhost:1"), "42", System.out, new PrintStream(err, true, StandardCharsets.UTF_8));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no quick start answers at http://localhost:1");
    }

    @Test
    void welcomesWithTheUrlTwoTokensAndALineToFollowByHand() {
        assertThat(Welcome.to(quickstart))
                .contains("Open  " + quickstart.url() + "/")
                .containsPattern("ALICE=[\\w-]+\\.[\\w-]+\\.[\\w-]+\n")
                .containsPattern("BOB=[\\w-]+\\.[\\w-]+\\.[\\w-]+\n")
                .contains("curl -i " + quickstart.url() + "/followings")
                .contains("Ctrl-C");
    }

    private static HttpResponse<String> follow(String token, long target) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(quickstart.url().resolve("/followings"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"target\": %d}".formatted(target)))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(quickstart.url().resolve(path)).build(), BodyHandlers.ofString());
    }
}
