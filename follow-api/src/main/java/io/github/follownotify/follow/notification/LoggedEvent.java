package io.github.follownotify.follow.notification;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is committed to the log.
 *
 * @param seq its number in the log
 * @param createdAt milliseconds since 1970
 */
public record LoggedEvent(
        long seq,
        UUID id,
        long recipientId,
        String event,
        String data,
        @Nullable String traceparent,
        long createdAt) {

    /** What {@link #of(ResultSet)} reads. */
    public static final String COLUMNS = "seq, event_id, recipient_id, event, data, traceparent, created_at";

    static LoggedEvent of(long seq, NewNotification notification) {
        return new LoggedEvent(
                seq,
                notification.id(),
                notification.recipientId(),
                notification.event(),
                notification.data(),
                notification.traceparent(),
                notification.createdAt().toEpochMilli());
    }

    public static LoggedEvent of(ResultSet row) throws SQLException {
        return new LoggedEvent(
                row.getLong("seq"),
                idOf(row),
                row.getLong("recipient_id"),
                row.getString("event"),
                row.getString("data"),
                row.getString("traceparent"),
                row.getLong("created_at"));
    }

    public static UUID idOf(ResultSet row) throws SQLException {
        ByteBuffer id = ByteBuffer.wrap(row.getBytes("event_id"));
        return new UUID(id.getLong(), id.getLong());
    }

    byte[] idBytes() {
        return bytes(id);
    }

    /** As ids are stored. */
    public static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
