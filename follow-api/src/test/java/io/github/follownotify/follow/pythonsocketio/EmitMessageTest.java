package io.github.follownotify.follow.pythonsocketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.notification.LoggedEvent;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmitMessageTest {

    private static final String DATA =
            "{\"user_id\":9007199254740993,\"user_name\":\"Zoë 🦊\",\"timestamp\":1767225600}";

    @ParameterizedTest
    @CsvSource({"STRING, '\"42\"'", "INTEGER, 42"})
    void isWhatPythonSocketioEmits(RoomType rooms, String room) {
        UUID id = UUID.randomUUID();

        EmitMessage message =
                EmitMessage.of(new LoggedEvent(7, id, 42, "following notify", DATA, null, 1767225600123L), rooms);

        assertThat(message.id()).isEqualTo(id.toString());
        assertThat(new String(message.json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"method\":\"emit\",\"event\":\"following notify\",\"data\":" + DATA
                        + ",\"namespace\":\"/\",\"room\":" + room
                        + ",\"skip_sid\":null,\"callback\":null,\"host_id\":\"follow-notify\"}");
    }
}
