package io.github.follownotify.follow.notification;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reads the log. Rows and bounds come from one snapshot: bounds read after the rows could call a
 * part complete although its beginning was trimmed in between.
 */
@Component
public class LogReader {

    private static final String ROWS = "SELECT " + LoggedEvent.COLUMNS + " FROM notification";

    private static final String BOUNDS =
            "SELECT h.last_seq, r.oldest_seq FROM log_head h JOIN relay r ON r.id = h.id WHERE h.id = 1";

    private final JdbcClient sql;

    public LogReader(JdbcClient sql) {
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

    /**
     * What several users missed, in one statement, whatever their number.
     *
     * @param limit most events for each pair
     */
    @Transactional(isolation = Isolation.REPEATABLE_READ)
    public Missed missed(List<Pair> pairs, int limit) {
        // One index seek for each pair. All values are numbers, so they are written into the statement: there is
        // nothing to escape, and H2 cannot infer the type of a parameter in a select list.
        String query = IntStream.range(0, pairs.size())
                .mapToObj(index ->
                        "(SELECT %d AS pair, %s FROM notification WHERE recipient_id = %d AND seq > %d ORDER BY seq LIMIT %d)"
                                .formatted(
                                        index,
                                        LoggedEvent.COLUMNS,
                                        pairs.get(index).userId(),
                                        pairs.get(index).after(),
                                        limit))
                .collect(Collectors.joining(" UNION ALL "));
        List<List<LoggedEvent>> events =
                pairs.stream().<List<LoggedEvent>>map(pair -> new ArrayList<>()).toList();
        sql.sql(query).query(row -> {
            events.get(row.getInt("pair")).add(LoggedEvent.of(row));
        });
        // A union guarantees no order of its parts.
        events.forEach(ofPair -> ofPair.sort(Comparator.comparingLong(LoggedEvent::seq)));
        Map<Long, UUID> ids = new HashMap<>();
        sql.sql("SELECT seq, event_id FROM notification WHERE seq IN ("
                        + pairs.stream()
                                .map(pair -> Long.toString(pair.after()))
                                .collect(Collectors.joining(",")) + ")")
                .query(row -> {
                    ids.put(row.getLong("seq"), LoggedEvent.idOf(row));
                });
        List<MissedOfPair> items = IntStream.range(0, pairs.size())
                .mapToObj(index -> new MissedOfPair(
                        pairs.get(index), ids.get(pairs.get(index).after()), events.get(index)))
                .toList();
        return sql.sql(BOUNDS)
                .query((row, number) -> new Missed(items, row.getLong(1), row.getLong(2)))
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
        return sql.sql(BOUNDS)
                .query((row, number) -> new Part(notifications, row.getLong(1), row.getLong(2), afterId))
                .single();
    }

    /** @param afterId id of the event after which the part begins, null when the log does not hold it */
    public record Part(
            List<LoggedEvent> notifications,
            long head,
            long oldestSeq,
            @Nullable UUID afterId) {}

    /** A user, and the seq up to which the user has everything. */
    public record Pair(long userId, long after) {}

    /** @param afterId id of the event at the pair's seq, null when the log does not hold it */
    public record MissedOfPair(Pair pair, @Nullable UUID afterId, List<LoggedEvent> events) {}

    public record Missed(List<MissedOfPair> pairs, long head, long oldestSeq) {}
}
