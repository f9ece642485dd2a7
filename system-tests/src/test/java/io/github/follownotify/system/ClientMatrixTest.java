package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stock clients of several generations and languages, each on the transports that it has. */
class ClientMatrixTest {

    /** Beyond ASCII and beyond 16 bits, so that every wrong framing shows. */
    private static final String NAME = "Zoë 🦊 李";

    private static final AtomicLong users = new AtomicLong(1000);

    @AutoClose
    private static Installation installation;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start();
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

    @ParameterizedTest(name = "Java 1.0 over {0}, token in {1}")
    @CsvSource({
        "websocket, query",
        "polling, query",
        "polling+websocket, query",
        "websocket, header",
        "polling, header",
        "polling+websocket, header",
    })
    void oldJavaClientsAreTold(String transports, String place) {
        long user = users.incrementAndGet();
        try (ClientProcess client = oldJava(transports, place, Users.token(user))) {
            client.await("connect");
            installation.api().follow(Users.token(7, NAME), user);

            var values = client.await("following notify").get("values");
            assertThat(values.size()).isEqualTo(1);
            assertThat(values.get(0).get("user_name").asString()).isEqualTo(NAME);
        }
    }

    @ParameterizedTest(name = "Java 1.0 over {0}")
    @CsvSource({"websocket, websocket", "polling, polling", "polling+websocket, websocket"})
    void anOldJavaClientIsAcknowledgedOverTheTransportThatItEndsUpWith(String transports, String last) {
        String token = Users.token(users.incrementAndGet());
        try (ClientProcess client = oldJava(transports, "query", token)) {
            client.await("connect");
            AtomicInteger refreshes = new AtomicInteger();

            Awaitility.await().atMost(Device.LIMIT).until(() -> {
                client.tell("refresh " + token);
                var refreshed = client.await("refreshed", refreshes.incrementAndGet());
                assertThat(refreshed.get("values").get(0).get("status").asString())
                        .isEqualTo("ok");
                return refreshed.get("transport").asString().equals(last);
            });
        }
    }

    @ParameterizedTest(name = "Java 1.0 over {0}")
    @CsvSource({"websocket", "polling", "polling+websocket"})
    void aRefusedOldJavaClientIsToldByTheErrorEventAndDoesNotTryAgain(String transports) {
        try (ClientProcess client = oldJava(transports, "query", Users.token(7, Duration.ofSeconds(-10)))) {
            assertThat(client.await("error").get("values").get(0).asString()).isEqualTo("token_expired");
            assertThat(client.await("disconnect").get("values").get(0).asString())
                    .isEqualTo("io server disconnect");
            assertThat(client.reports("connect")).isEmpty();
            assertThat(client.reports("reconnect_attempt")).isEmpty();
        }
    }

    @Test
    void twoOldJavaDevicesOfOneUserAreBothTold() {
        long user = users.incrementAndGet();
        try (ClientProcess phone = oldJava("websocket", "query", Users.token(user));
                ClientProcess tablet = oldJava("polling", "query", Users.token(user))) {
            phone.await("connect");
            tablet.await("connect");
            installation.api().follow(Users.token(7, NAME), user);

            assertThat(phone.await("following notify").get("values"))
                    .isEqualTo(tablet.await("following notify").get("values"));
        }
    }

    private static ClientProcess oldJava(String transports, String place, String token) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("transports", List.of(transports.split("\\+")));
        settings.put(
                place.equals("query") ? "query" : "authorization",
                place.equals("query") ? "token=" + token : "Bearer " + token);
        return ClientProcess.oldJava(installation.imServer().toString(), settings);
    }

    private static void putToken(Map<String, Object> options, String place, String token) {
        switch (place) {
            case "auth" -> options.put("auth", Map.of("token", token));
            case "query" -> options.put("query", Map.of("token", token));
            default -> options.put("extraHeaders", Map.of("Authorization", "Bearer " + token));
        }
    }
}
