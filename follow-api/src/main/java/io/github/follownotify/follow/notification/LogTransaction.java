package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.WriterConnection;
import io.github.follownotify.follow.notification.BatchedChanges.Outcome;
import java.io.Serial;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * One transaction of the writer: locks the log's head, saves the changes, gives their notifications the next seqs, and
 * commits.
 *
 * <p>The lock is held until the commit. So seqs follow the order of commits, a rollback gives them back, and when two
 * replicas change the same relation the second sees what the first one did.
 */
final class LogTransaction {

    private static final String INSERT =
            "INSERT INTO notification (" + LoggedEvent.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)";

    private final WriterConnection connection;
    private @Nullable Connection known;
    private JdbcTemplate sql = new JdbcTemplate();

    LogTransaction(WriterConnection connection) {
        this.connection = connection;
    }

    /**
     * @param inDoubt what an earlier call tried to commit without learning the outcome; if it was committed, it is not
     *     repeated
     * @throws InDoubtException when the connection was lost while the commit was under way
     * @throws DataAccessException when nothing was committed
     */
    Committed commit(List<WaitingChange<?>> batch, @Nullable Committed inDoubt) {
        Connection open = connection.open();
        if (open != known) {
            known = open;
            sql = new JdbcTemplate(new SingleConnectionDataSource(open, true), true);
        }
        long lastSeq = Objects.requireNonNull(
                sql.queryForObject("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE", Long.class));
        if (inDoubt != null && isInLog(inDoubt)) {
            rollback();
            return inDoubt;
        }
        Committed changes = apply(batch, lastSeq);
        if (!changes.events().isEmpty()) {
            insert(changes.events());
            sql.update("UPDATE log_head SET last_seq = "
                    + (lastSeq + changes.events().size()) + " WHERE id = 1");
        }
        try {
            open.commit();
        } catch (SQLException unanswered) {
            throw new InDoubtException(changes, unanswered);
        }
        return changes;
    }

    /** Releases the lock and gives the seqs back. */
    void rollback() {
        try {
            connection.open().rollback();
        } catch (SQLException lost) {
            // The server rolls back once it notices that the connection is gone.
            connection.close();
        }
    }

    private Committed apply(List<WaitingChange<?>> batch, long lastSeq) {
        Outcome[] outcomes = new Outcome[batch.size()];
        Map<BatchedChanges<?>, List<Integer>> indexesByKind = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            indexesByKind
                    .computeIfAbsent(batch.get(i).kind(), first -> new ArrayList<>())
                    .add(i);
        }
        indexesByKind.forEach((kind, indexes) -> apply(kind, batch, indexes, outcomes));
        List<LoggedEvent> events = new ArrayList<>(outcomes.length);
        for (Outcome outcome : outcomes) {
            if (outcome.notification() != null) {
                events.add(LoggedEvent.of(lastSeq + events.size() + 1, outcome.notification()));
            }
        }
        return new Committed(Arrays.stream(outcomes).map(Outcome::changed).toList(), events);
    }

    private <C> void apply(
            BatchedChanges<C> kind, List<WaitingChange<?>> batch, List<Integer> indexes, Outcome[] outcomes) {
        // The batch was grouped by kind, so these changes are all of this kind.
        @SuppressWarnings("unchecked")
        List<C> changes =
                indexes.stream().map(index -> (C) batch.get(index).change()).toList();
        List<Outcome> results = kind.apply(sql, changes);
        for (int i = 0; i < results.size(); i++) {
            outcomes[indexes.get(i)] = results.get(i);
        }
    }

    private void insert(List<LoggedEvent> events) {
        sql.batchUpdate(INSERT, events, events.size(), LogTransaction::set);
    }

    private static void set(PreparedStatement row, LoggedEvent event) throws SQLException {
        row.setLong(1, event.seq());
        row.setBytes(2, event.idBytes());
        row.setLong(3, event.recipientId());
        row.setString(4, event.event());
        row.setString(5, event.data());
        if (event.traceparent() == null) {
            row.setNull(6, Types.VARCHAR);
        } else {
            row.setString(6, event.traceparent());
        }
        row.setLong(7, event.createdAt());
    }

    private boolean isInLog(Committed inDoubt) {
        if (inDoubt.events().isEmpty()) {
            return false;
        }
        LoggedEvent first = inDoubt.events().get(0);
        List<Long> found = sql.queryForList(
                "SELECT seq FROM notification WHERE seq = ? AND event_id = ?",
                Long.class,
                first.seq(),
                first.idBytes());
        return !found.isEmpty();
    }

    /**
     * What a transaction did.
     *
     * @param changed for each change of the batch whether it changed anything
     * @param events what was added to the log
     */
    record Committed(List<Boolean> changed, List<LoggedEvent> events) {}

    /** The connection was lost while the commit was under way: only the log can tell whether it succeeded. */
    static final class InDoubtException extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Committed changes;

        InDoubtException(Committed changes, SQLException cause) {
            super(cause);
            this.changes = changes;
        }

        Committed changes() {
            return changes;
        }

        DataAccessException failure() {
            return new DataAccessResourceFailureException("the connection was lost during the commit", getCause());
        }
    }
}
