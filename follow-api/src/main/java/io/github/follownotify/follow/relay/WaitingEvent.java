package io.github.follownotify.follow.relay;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notification that the broker has not confirmed.
 *
 * @param id its row
 * @param seq its number, 0 while it has none
 * @param createdAt milliseconds since 1970
 */
record WaitingEvent(
        long id,
        long seq,
        UUID eventId,
        long recipientId,
        String event,
        String data,
        @Nullable String traceparent,
        long createdAt) {

    static final String COLUMNS = "id, seq, event_id, recipient_id, event, data, traceparent, created_at";

    static WaitingEvent of(ResultSet row) throws SQLException {
        ByteBuffer eventId = ByteBuffer.wrap(row.getBytes("event_id"));
        return new WaitingEvent(
                row.getLong("id"),
                row.getLong("seq"),
                new UUID(eventId.getLong(), eventId.getLong()),
                row.getLong("recipient_id"),
                row.getString("event"),
                row.getString("data"),
                row.getString("traceparent"),
                row.getLong("created_at"));
    }

    WaitingEvent numbered(long number) {
        return new WaitingEvent(id, number, eventId, recipientId, event, data, traceparent, createdAt);
    }
}
