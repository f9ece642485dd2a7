package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalManagementPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the broker receives for a follow, and what operators see of it: pinned, because others build on it. */
class EventOnTheWireTest extends HealthyFollowApi {

    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @LocalManagementPort
    private int managementPort;

    private Connection listener;
    private Channel channel;
    private String queue;

    @BeforeEach
    void listen() throws Exception {
        listener = TestBroker.connections().newConnection();
        channel = listener.createChannel();
        channel.exchangeDeclare(EXCHANGE, "topic", true);
        queue = channel.queueDeclare().getQueue();
    }

    @AfterEach
    void stopListening() throws Exception {
        listener.close();
    }

    @Test
    void followIsPublishedAsDocumented() throws Exception {
        long follower = newUser();
        long target = newUser();
        channel.queueBind(queue, EXCHANGE, Long.toString(target));
        Instant before = Instant.now();

        send(request("/followings", token(follower, "Zoë", "https://img.example/zoe.png"))
                .header("Content-Type", "application/json")
                .header("traceparent", TRACEPARENT)
                .POST(BodyPublishers.ofString("{\"target\": %d}".formatted(target))));

        GetResponse message = next();
        AMQP.BasicProperties properties = message.getProps();
        assertThat(message.getEnvelope().getRoutingKey()).isEqualTo(Long.toString(target));
        assertThat(properties.getType()).isEqualTo("following notify");
        assertThat(properties.getContentType()).isEqualTo("application/json");
        assertThat(properties.getDeliveryMode())
                .as("transient: the log repairs what a broker loses")
                .isEqualTo(1);
        assertThat(properties.getTimestamp()).isNotNull();
        Map<String, Object> headers = properties.getHeaders();
        assertThat(headers.get("seq")).isInstanceOf(Long.class);
        assertThat((Long) headers.get("created_at"))
                .isBetween(before.toEpochMilli(), Instant.now().toEpochMilli());
        assertThat(headers.get("traceparent")).hasToString(TRACEPARENT);
        JsonNode body = new JsonMapper().readTree(message.getBody());
        assertThat(new String(message.getBody(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"id\":\"%1$s\",\"user_id\":%2$d,\"user_id_str\":\"%2$d\",\"user_name\":\"Zoë\",\"user_photo\":\"https://img.example/zoe.png\",\"timestamp\":%3$d}"
                                .formatted(
                                        properties.getMessageId(),
                                        follower,
                                        body.at("/timestamp").asLong()));
        assertThat(body.at("/timestamp").asLong())
                .isBetween(before.getEpochSecond(), Instant.now().getEpochSecond());
    }

    @Test
    void nameAndPhotoAndTraceAreAbsentWhenTheRequestHasNone() throws Exception {
        long follower = newUser();
        long target = newUser();
        channel.queueBind(queue, EXCHANGE, Long.toString(target));

        follow(follower, target);

        GetResponse message = next();
        JsonNode body = new JsonMapper().readTree(message.getBody());
        assertThat(body.propertyNames()).containsExactly("id", "user_id", "user_id_str", "timestamp");
        assertThat(message.getProps().getHeaders()).containsOnlyKeys("seq", "created_at");
    }

    @Test
    void operatorsSeeTheMetricsAndTheHealth() {
        long follower = newUser();
        long target = newUser();
        follow(follower, target);
        follow(follower, target);
        unfollow(follower, target);

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        management("/actuator/prometheus").body().lines())
                .anyMatch(line -> line.matches("follow_relay_published_total [1-9].*"))
                .anyMatch(line -> line.equals("follow_relay_waiting 0.0"))
                .anyMatch(line -> line.equals("follow_relay_oldest_waiting_age_seconds 0.0"))
                .anyMatch(line -> line.startsWith("follow_relations_total{change=\"created\"}"))
                .anyMatch(line -> line.startsWith("follow_relations_total{change=\"removed\"}"))
                .anyMatch(line -> line.startsWith("follow_relations_total{change=\"repeated\"}"))
                .anyMatch(line -> line.startsWith("follow_relay_failures_total{reason=\"broker\"}"))
                .anyMatch(line -> line.startsWith("http_server_requests_seconds_bucket{")
                        && line.contains("method=\"POST\"")
                        && line.contains("uri=\"/followings\"")));
        assertThat(management("/actuator/info").body()).contains("\"version\":\"");
        assertThat(management("/actuator/health/liveness").body()).doesNotContain("db", "rabbit");
        assertThat(management("/actuator/health/readiness").body())
                .contains("\"db\"")
                .doesNotContain("rabbit");
        assertThat(management("/actuator/health").body()).contains("\"rabbit\":{\"status\":\"UP\"}");
    }

    private HttpResponse<String> management(String path) {
        return send(
                java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + managementPort + path))
                        .GET());
    }

    private GetResponse next() {
        return await().atMost(Duration.ofSeconds(20)).until(this::received, message -> message != null);
    }

    private GetResponse received() throws IOException {
        return channel.basicGet(queue, true);
    }
}
