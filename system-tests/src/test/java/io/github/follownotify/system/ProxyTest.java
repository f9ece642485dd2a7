package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.RealBrokerTest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stock clients reach two of each service through the proxies that deploy/ configures. */
@RealBrokerTest
class ProxyTest {

    private static final int REFRESHES = 20;
    private static final AtomicLong users = new AtomicLong(1000);

    @TempDir
    private static Path folder;

    private static Installation installation;
    private static Map<String, ProxyProcess> proxies;

    @BeforeAll
    static void startEverything() {
        Tools.requireProxies();
        Map<String, String> trusting = Map.of("IM_SOCKET_TRUSTEDPROXIES", "127.0.0.1");
        installation = Installation.start(2, List.of(trusting, trusting));
        proxies = Map.of(
                "haproxy",
                ProxyProcess.haproxy(
                        folder, ServiceProcess.freePort(), installation.followApiPorts(), installation.nodes()),
                "nginx",
                ProxyProcess.nginx(
                        folder, ServiceProcess.freePort(), installation.followApiPorts(), installation.nodes()));
    }

    @AfterAll
    static void stopEverything() {
        if (proxies != null) {
            proxies.values().forEach(ProxyProcess::close);
        }
        if (installation != null) {
            installation.close();
        }
    }

    @ParameterizedTest(name = "JavaScript {1} over {2} behind {0}, token in {3}")
    @CsvSource({
        "nginx, 4.8, websocket, auth",
        "nginx, 4.8, polling, auth",
        "nginx, 4.8, polling+websocket, query",
        "nginx, 2.5, polling, query",
        "haproxy, 4.8, websocket, auth",
        "haproxy, 4.8, polling, auth",
        "haproxy, 4.8, polling+websocket, query",
        "haproxy, 2.5, polling, query",
    })
    void javaScriptClientsKeepOneSession(String proxy, String version, String transports, String place) {
        long user = users.incrementAndGet();
        ProxyProcess front = Objects.requireNonNull(proxies.get(proxy));
        String token = Users.token(user);
        Map<String, Object> options = new HashMap<>();
        options.put("transports", List.of(transports.split("\\+")));
        options.put(place, Map.of("token", token));

        try (ClientProcess client =
                ClientProcess.javaScript(version, front.address().toString(), options)) {
            client.await("connect");
            for (int i = 1; i <= REFRESHES; i++) {
                client.tell("refresh " + token);
                client.await("refreshed", i);
            }
            assertThat(new FollowApiClient(front.address())
                            .follow(Users.token(7), user)
                            .statusCode())
                    .isEqualTo(201);

            client.await("following notify");
            assertThat(client.reports("connect")).hasSize(1);
            assertThat(client.reports("disconnect")).isEmpty();
        }
    }

    @ParameterizedTest(name = "python-socketio over {1} behind {0}")
    @CsvSource({"nginx, polling", "nginx, polling+websocket", "haproxy, polling", "haproxy, polling+websocket"})
    void pythonClientsAreTold(String proxy, String transports) {
        long user = users.incrementAndGet();
        ProxyProcess front = Objects.requireNonNull(proxies.get(proxy));
        Map<String, Object> settings =
                Map.of("auth", Map.of("token", Users.token(user)), "transports", List.of(transports.split("\\+")));

        try (ClientProcess client = ClientProcess.python(front.address().toString(), settings)) {
            client.await("connect");
            assertThat(new FollowApiClient(front.address())
                            .follow(Users.token(7), user)
                            .statusCode())
                    .isEqualTo(201);

            client.await("following notify");
        }
    }
}
