package io.github.follownotify.follow.notification;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads what has its number. Rows and bounds come from one snapshot: bounds that are read after the rows could claim that
 * a part is complete whose beginning was trimmed in between.
 */
@Component
class LogReader {

    private static final String COLUMNS =
            "SELECT seq, recipient_id, event, event_id, created_at, data FROM notification";

    private final JdbcClient sql;

    LogReader(JdbcClient sql) {
        this.sql = sql;
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Part ofUser(long user, long after, int limit) {
        return part(sql.sql(COLUMNS + " WHERE recipient_id = ? AND seq > ? ORDER BY seq LIMIT ?")
                .params(user, after, limit));
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Part ofEveryone(long after, int limit) {
        return part(sql.sql(COLUMNS + " WHERE seq > ? ORDER BY seq LIMIT ?").params(after, limit));
    }

    private Part part(JdbcClient.StatementSpec rows) {
        List<Logged> notifications = rows.query((row, number) -> Logged.of(row)).list();
        return sql.sql("SELECT last_seq, oldest_seq FROM relay WHERE id = 1")
                .query((row, number) -> new Part(notifications, row.getLong(1), row.getLong(2)))
                .single();
    }

    record Part(List<Logged> notifications, long head, long oldestSeq) {}

    record Logged(long seq, long recipientId, String event, UUID id, Instant createdAt, String data) {

        static Logged of(ResultSet row) throws SQLException {
            ByteBuffer id = ByteBuffer.wrap(row.getBytes("event_id"));
            return new Logged(
                    row.getLong("seq"),
                    row.getLong("recipient_id"),
                    row.getString("event"),
                    new UUID(id.getLong(), id.getLong()),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    row.getString("data"));
        }
    }
}
