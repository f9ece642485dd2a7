package io.github.follownotify.follow.pythonsocketio;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.github.follownotify.follow.notification.LoggedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event in the form in which python-socketio's managers tell each other to emit.
 *
 * @param id the event's id
 * @param json in UTF-8
 */
record EmitMessage(String id, byte[] json) {

    /** By which im-server's bridge knows what it has from the log already. */
    private static final String HOST_ID = "follow-notify";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static EmitMessage of(LoggedEvent event, RoomType rooms) {
        Fields fields = new Fields(
                "emit", event.event(), event.data(), "/", rooms.room(event.recipientId()), null, null, HOST_ID);
        return new EmitMessage(event.id().toString(), JSON.writeValueAsBytes(fields));
    }

    /** As {@code PubSubManager.emit} of python-socketio 5.7 names and orders them. */
    @JsonPropertyOrder({"method", "event", "data", "namespace", "room", "skip_sid", "callback", "host_id"})
    private record Fields(
            String method,
            String event,
            @JsonRawValue String data,
            String namespace,
            Object room,
            @JsonProperty("skip_sid") @Nullable String skipSid,
            @Nullable String callback,
            @JsonProperty("host_id") String hostId) {}
}
