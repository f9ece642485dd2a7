package io.github.follownotify.im.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.rooms.RoomEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the messages in docs/messages. follow-api's tests pin the same files. */
class EventMessagesTest {

    private static final Path MESSAGES = Path.of("..", "docs", "messages");

    private final EventMessages messages = new EventMessages(64 * 1024);

    @Test
    void readsAFollow() {
        RoomEvent event = event("following-notify.json");

        assertThat(event.userId()).isEqualTo(42);
        assertThat(event.type()).isEqualTo("following notify");
        assertThat(event.seq()).isEqualTo(18);
        assertThat(event.createdAtMillis()).isEqualTo(1_767_225_600_123L);
        assertThat(event.id()).isEqualTo("7e0c0f3a-6a0f-4c57-9f0e-2f1d5b8f0c11");
        assertThat(new String(event.json(), StandardCharsets.UTF_8)).contains("\"user_name\":\"Zoë\"");
    }

    @Test
    void readsAHeartbeat() {
        EventMessages.Content content = messages.read(golden("log-head.json"));

        assertThat(content)
                .isInstanceOfSatisfying(EventMessages.Heartbeat.class, heartbeat -> assertThat(heartbeat.overdue())
                        .isEqualTo(21));
    }

    @Test
    void readsAnEventOfAnotherService() {
        RoomEvent event = event("liking-notify.json");

        assertThat(event.userId()).isEqualTo(42);
        assertThat(event.type()).isEqualTo("liking notify");
        assertThat(event.isInLog()).isFalse();
    }

    private RoomEvent event(String file) {
        EventMessages.Content content = messages.read(golden(file));
        assertThat(content).isInstanceOf(EventMessages.Event.class);
        return ((EventMessages.Event) content).event();
    }

    private static Message golden(String file) {
        JsonNode golden = JsonMapper.builder().build().readTree(MESSAGES.resolve(file));
        MessageProperties properties = new MessageProperties();
        properties.setReceivedRoutingKey(golden.get("routing_key").asString());
        properties.setType(golden.at("/properties/type").asString());
        properties.setContentType(golden.at("/properties/content_type").asString());
        properties.setMessageId(golden.at("/properties/message_id").asString(null));
        golden.get("headers")
                .properties()
                .forEach(header -> properties.setHeader(
                        header.getKey(),
                        header.getValue().isNumber()
                                ? (Object) header.getValue().asLong()
                                : header.getValue().asString()));
        return new Message(golden.get("body").asString().getBytes(StandardCharsets.UTF_8), properties);
    }
}
