package io.github.follownotify.follow.notification;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the log. Rows and bounds come from one snapshot: bounds that are read after the rows could claim that
 * a part is complete whose beginning was trimmed in between.
 */
@Component
class LogReader {

    private static final String ROWS = "SELECT " + LoggedEvent.COLUMNS + " FROM notification";

    private final JdbcClient sql;

    LogReader(JdbcClient sql) {
        this.sql = sql;
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Part ofUser(long user, long after, int limit) {
        return part(
                after,
                sql.sql(ROWS + " WHERE recipient_id = ? AND seq > ? ORDER BY seq LIMIT ?")
                        .params(user, after, limit));
    }

    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Part ofEveryone(long after, int limit) {
        return part(after, sql.sql(ROWS + " WHERE seq > ? ORDER BY seq LIMIT ?").params(after, limit));
    }

    /** The last notification of each of these users up to a number; those who have none are left out. */
    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Newest newestOf(List<Long> users, long upTo) {
        // One seek in the index for each user, however many notifications a user has; GROUP BY would read them all. The
        // ids are numbers, and as such in the text: H2 does not know the type of a parameter among the results.
        String query = users.stream()
                .map(user ->
                        "SELECT %1$d AS recipient, MAX(seq) AS newest FROM notification WHERE recipient_id = %1$d AND seq <= ?"
                                .formatted(user))
                .collect(Collectors.joining(" UNION ALL "));
        List<NewestOfUser> newest = sql.sql(query)
                .params(Collections.<Object>nCopies(users.size(), upTo))
                .query((row, number) -> new NewestOfUser(row.getLong("recipient"), row.getLong("newest")))
                .list();
        return sql.sql("SELECT oldest_seq FROM relay WHERE id = 1")
                .query((row, number) -> new Newest(
                        newest.stream().filter(user -> user.seq() > 0).toList(), row.getLong(1)))
                .single();
    }

    private Part part(long after, JdbcClient.StatementSpec rows) {
        List<LoggedEvent> notifications =
                rows.query((row, number) -> LoggedEvent.of(row)).list();
        UUID afterId = sql.sql("SELECT event_id FROM notification WHERE seq = ?")
                .param(after)
                .query((row, number) -> LoggedEvent.idOf(row))
                .optional()
                .orElse(null);
        return sql.sql("SELECT h.last_seq, r.oldest_seq FROM log_head h JOIN relay r ON r.id = h.id WHERE h.id = 1")
                .query((row, number) -> new Part(notifications, row.getLong(1), row.getLong(2), afterId))
                .single();
    }

    /** @param afterId id of the event behind which the part begins, null when the log does not hold it */
    record Part(
            List<LoggedEvent> notifications,
            long head,
            long oldestSeq,
            @Nullable UUID afterId) {}

    record NewestOfUser(long recipientId, long seq) {}

    record Newest(List<NewestOfUser> users, long oldestSeq) {}
}
