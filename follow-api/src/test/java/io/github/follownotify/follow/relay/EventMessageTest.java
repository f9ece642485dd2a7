package io.github.follownotify.follow.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.github.follownotify.follow.notification.LoggedEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pins the messages in docs/messages, which im-server's tests read. {@code GOLDEN_MESSAGES=write} in the environment
 * writes them anew.
 */
class EventMessageTest {

    private static final Path MESSAGES = Path.of("..", "docs", "messages");
    private static final UUID ID = UUID.fromString("7e0c0f3a-6a0f-4c57-9f0e-2f1d5b8f0c11");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void followIsTheDocumentedMessage() throws IOException {
        String data =
                "{\"id\":\"%s\",\"user_id\":7,\"user_id_str\":\"7\",\"user_name\":\"Zoë\",\"timestamp\":1767225600}"
                        .formatted(ID);
        LoggedEvent event = new LoggedEvent(
                18,
                ID,
                42,
                "following notify",
                data,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                1_767_225_600_123L);

        assertDocumented("following-notify.json", EventMessage.of(event, false));
    }

    @Test
    void heartbeatIsTheDocumentedMessage() throws IOException {
        assertDocumented("log-head.json", EventMessage.heartbeat(18, ID, 21));
    }

    private static void assertDocumented(String file, EventMessage message) throws IOException {
        BasicProperties sent = message.properties();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("type", sent.getType());
        if (sent.getMessageId() != null) {
            properties.put("message_id", sent.getMessageId());
        }
        properties.put("content_type", sent.getContentType());
        properties.put("delivery_mode", sent.getDeliveryMode());
        if (sent.getTimestamp() != null) {
            properties.put("timestamp", sent.getTimestamp().toInstant().getEpochSecond());
        }
        Map<String, Object> golden = new LinkedHashMap<>();
        golden.put("routing_key", message.routingKey());
        golden.put("properties", properties);
        golden.put("headers", new TreeMap<>(sent.getHeaders()));
        golden.put("body", new String(message.body(), StandardCharsets.UTF_8));
        String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(golden);

        if ("write".equals(System.getenv("GOLDEN_MESSAGES"))) {
            Files.writeString(MESSAGES.resolve(file), json + "\n");
        }
        assertThat(MESSAGES.resolve(file)).hasContent(json);
    }
}
