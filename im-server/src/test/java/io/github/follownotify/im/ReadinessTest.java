package io.github.follownotify.im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.log.FollowApiStandIn;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.SmartLifecycle;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=im-server",
            "jwt.secret=a secret that only this test knows and nobody else",
            "im.socket.port=0",
            "im.log.read-timeout=500ms",
            "management.endpoint.health.show-details=always"
        })
@TestInstance(Lifecycle.PER_CLASS)
class ReadinessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final FollowApiStandIn followApi = new FollowApiStandIn();
    private static final String exchange = TestServices.uniqueName("im.events");
    private static final String nodeId = TestServices.uniqueName("node");
    private static final FaultProxy network =
            new FaultProxy(TestServices.broker().host(), TestServices.broker().port());

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private AmqpAdmin admin;

    @Autowired
    @Qualifier("eventFeed")
    private SmartLifecycle eventFeed;

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry registry) {
        TestServices.registerBroker(registry, network.port());
        registry.add("im.log.follow-api-url", followApi::url);
        registry.add("im.events.exchange", () -> exchange);
        registry.add("im.node-id", () -> nodeId);
    }

    @AfterAll
    void close() {
        // Running, it would declare at once what is deleted here.
        eventFeed.stop();
        admin.deleteQueue("im.node." + nodeId);
        admin.deleteQueue(exchange + ".invalid");
        admin.deleteExchange(exchange);
        network.close();
        followApi.close();
    }

    @Test
    void operatorsSeeWhatMayHappenBeforeItDoes() throws Exception {
        assertThat(get("/actuator/prometheus").body().lines())
                .contains("# HELP im_sockets_open accepted sockets")
                .contains("# HELP im_users_online users with at least one accepted socket")
                .contains("im_connections_refused_total{reason=\"token_expired\"} 0.0")
                .contains("im_events_parked_total{reason=\"not_json\"} 0.0")
                .contains("im_events_dropped_total{reason=\"not_parked\"} 0.0");
        assertThat(get("/actuator/health").body()).contains("\"rabbit\"", "\"events\"");
        assertThat(get("/actuator/info").body()).contains("\"version\":\"");
    }

    @Test
    void isReadyWhileItGetsEventsFromTheBrokerOrTheLogAndAliveAlways() throws Exception {
        awaitHealth(200, "\"consuming\":true");
        assertThat(status("/actuator/health/balancer")).isEqualTo(200);

        network.cut();
        awaitHealth(200, "\"consuming\":false");

        followApi.hold();
        await().atMost(PATIENCE).until(() -> status("/actuator/health/readiness") == 503);
        assertThat(status("/actuator/health/liveness")).isEqualTo(200);
        assertThat(status("/actuator/health/balancer"))
                .as("not the silence of a node that is gone")
                .isEqualTo(404);

        network.restore();
        await().atMost(PATIENCE).until(() -> status("/actuator/health/readiness") == 200);
        followApi.release();
    }

    @Test
    void countsUnderTheNamesThatDashboardsKnow() throws Exception {
        assertThat(get("/actuator/prometheus").body())
                .contains(
                        "im_events_received_total",
                        "im_events_dropped_total{reason=\"duplicate\"}",
                        "im_log_reads_total{source=\"catch_up\"}",
                        "im_log_reads_total{source=\"missed\"}",
                        "im_log_reads_total{source=\"window\"}",
                        "im_catch_ups_seconds_count",
                        "im_window_size_bytes",
                        "im_window_events",
                        "im_resyncs_total");
    }

    /** Readiness, and a detail of what it is made of. */
    private void awaitHealth(int readiness, String detail) {
        await().atMost(PATIENCE)
                .until(() -> status("/actuator/health/readiness") == readiness
                        && get("/actuator/health").body().contains(detail));
    }

    private int status(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
