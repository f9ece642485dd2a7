package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stock clients of several generations and languages, each on the transports that it has. */
class ClientMatrixTest {

    /** Beyond ASCII and beyond 16 bits, so that every wrong framing shows. */
    private static final String NAME = "Zoë 🦊 李";

    private static final AtomicLong users = new AtomicLong(1000);
    private static Installation installation;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start();
    }

    @AfterAll
    static void stopEverything() {
        installation.close();
    }

    @ParameterizedTest(name = "JavaScript {0} over {1}, token in {2}")
    @CsvSource({
        "4.8, websocket, auth",
        "4.8, polling, auth",
        "4.8, polling+websocket, auth",
        "4.8, websocket, query",
        "4.8, polling, query",
        "4.8, polling+websocket, query",
        "4.8, polling, header",
        "4.8, websocket, header",
        "4.5, websocket, auth",
        "4.5, polling, auth",
        "4.5, polling+websocket, query",
        "3.1, websocket, auth",
        "3.1, polling, query",
        "3.1, polling+websocket, query",
        "2.5, websocket, query",
        "2.5, polling, query",
        "2.5, polling+websocket, query",
    })
    void javaScriptClientsAreToldInTheirOwnWords(String version, String transports, String place) {
        long user = users.incrementAndGet();
        Map<String, Object> options = new HashMap<>();
        options.put("transports", List.of(transports.split("\\+")));
        putToken(options, place, Users.token(user));

        try (ClientProcess client =
                ClientProcess.javaScript(version, installation.imServer().toString(), options)) {
            client.await("connect");
            installation.api().follow(Users.token(7, NAME), user);

            var values = client.await("following notify").get("values");
            assertThat(values.size()).isEqualTo(1);
            assertThat(values.get(0).get("user_id").asLong()).isEqualTo(7);
            assertThat(values.get(0).get("user_name").asString()).isEqualTo(NAME);
        }
    }

    @ParameterizedTest(name = "python-socketio over {0}")
    @CsvSource({"websocket", "polling", "polling+websocket"})
    void pythonClientsAreTold(String transports) {
        long user = users.incrementAndGet();
        Map<String, Object> settings =
                Map.of("auth", Map.of("token", Users.token(user)), "transports", List.of(transports.split("\\+")));

        try (ClientProcess client = ClientProcess.python(installation.imServer().toString(), settings)) {
            client.await("connect");
            installation.api().follow(Users.token(7, NAME), user);

            var values = client.await("following notify").get("values");
            assertThat(values.get(0).get("user_name").asString()).isEqualTo(NAME);
        }
    }

    @ParameterizedTest(name = "JavaScript {0} over {1}")
    @CsvSource({"4.8, websocket, false", "4.8, polling, false", "4.5, polling, false", "3.1, websocket, true"})
    void aRefusedClientIsToldWhyAndDoesNotTryForEver(String version, String transport, boolean active) {
        String expired = Users.token(7, Duration.ofSeconds(-10));
        Map<String, Object> options =
                Map.of("transports", List.of(transport), "auth", Map.of("token", expired), "reconnectionDelay", 10);

        try (ClientProcess client =
                ClientProcess.javaScript(version, installation.imServer().toString(), options)) {
            var refusal = client.await("connect_error");

            assertThat(refusal.get("message").asString()).isEqualTo("unauthorized");
            assertThat(refusal.get("data").get("code").asString()).isEqualTo("token_expired");
            // Clients before 4 count themselves as active whatever happens; they do not try again either.
            assertThat(refusal.get("active").asBoolean()).isEqualTo(active);
            assertThat(client.reports("connect")).isEmpty();
        }
    }

    @ParameterizedTest(name = "JavaScript 2.5 over {0}")
    @CsvSource({"websocket", "polling"})
    void aRefusedOldClientIsToldByTheErrorEvent(String transport) {
        Map<String, Object> options = Map.of("transports", List.of(transport), "query", Map.of("token", "nonsense"));

        try (ClientProcess client =
                ClientProcess.javaScript("2.5", installation.imServer().toString(), options)) {
            client.await("error");

            assertThat(client.reports("following notify")).isEmpty();
        }
    }

    private static void putToken(Map<String, Object> options, String place, String token) {
        switch (place) {
            case "auth" -> options.put("auth", Map.of("token", token));
            case "query" -> options.put("query", Map.of("token", token));
            default -> options.put("extraHeaders", Map.of("Authorization", "Bearer " + token));
        }
    }
}
