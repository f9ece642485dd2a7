package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.Sql;
import io.github.follownotify.follow.database.WriterConnection;
import io.github.follownotify.follow.notification.Batch.Decided;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * One transaction of the writer. Optimistic, it takes two round trips: the first takes the next seqs, which locks the log's
 * head, and saves the changes and their notifications, the second commits. Otherwise it takes three: the first locks the
 * head and reads what the changes depend on, the second saves, the third commits.
 *
 * <p>The lock is held until the commit. So seqs follow the order of commits, a rollback gives them back, and when two
 * replicas change the same relation the second sees what the first one did.
 */
final class LogTransaction {

    private static final String LOCK = "SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE";

    /**
     * How many transactions read first after a wrong assumption. Otherwise one caller who repeats follows would make
     * every batch fail once.
     */
    private static final int READ_FIRST_AFTER_CONFLICT = 4;

    private final WriterConnection connection;
    private int readFirst;

    LogTransaction(WriterConnection connection) {
        this.connection = connection;
    }

    /**
     * @param inDoubt what an earlier call tried to commit without learning the outcome; if it was committed, it is not
     *     repeated
     * @throws DataIntegrityViolationException when the database refused a change; the transaction has to be rolled back
     * @throws InDoubtException when the connection was lost while the commit was under way
     * @throws DataAccessException when nothing was committed
     */
    Committed commit(List<WaitingChange<?>> batch, @Nullable Committed inDoubt) {
        Batch changes = new Batch(batch);
        Committed saved = inDoubt == null ? saveOptimistically(changes) : null;
        if (saved == null) {
            List<List<long[]>> results = read(changes, inDoubt);
            if (inDoubt != null
                    && results.size() > changes.parts() + 1
                    && !results.get(changes.parts() + 1).isEmpty()) {
                rollback();
                return inDoubt;
            }
            saved = save(changes, results);
        }
        try {
            connection.commit();
        } catch (DataAccessException unanswered) {
            throw new InDoubtException(saved, unanswered);
        }
        return saved;
    }

    /** Releases the lock and gives the seqs back. */
    void rollback() {
        connection.rollback();
    }

    /** @return null when the changes have to be decided after reading; nothing is saved then */
    private @Nullable Committed saveOptimistically(Batch changes) {
        if (readFirst > 0) {
            readFirst--;
            return null;
        }
        Decided decided = connection.takesSeveralStatements() ? changes.decideOptimistically() : null;
        if (decided == null || decided.notifications().isEmpty()) {
            return null;
        }
        int count = decided.notifications().size();
        List<Sql> statements = new ArrayList<>();
        statements.add(
                new Sql("UPDATE log_head SET last_seq = LAST_INSERT_ID(last_seq + ?) WHERE id = 1", List.of(count)));
        // Before the statements of the changes, which may insert rows with generated ids and so set LAST_INSERT_ID.
        statements.add(insert("LAST_INSERT_ID() + ?", decided.events(-count)));
        statements.addAll(decided.statements());
        try {
            return decided.result(connection.begin(statements) - count);
        } catch (DataIntegrityViolationException assumptionWrong) {
            rollback();
            readFirst = READ_FIRST_AFTER_CONFLICT;
            return null;
        }
    }

    private List<List<long[]>> read(Batch changes, @Nullable Committed inDoubt) {
        List<String> queries = new ArrayList<>();
        queries.add(LOCK);
        queries.addAll(changes.queries());
        if (inDoubt != null && !inDoubt.events().isEmpty()) {
            queries.add(inLog(inDoubt.events().get(0)));
        }
        return connection.read(queries);
    }

    private Committed save(Batch changes, List<List<long[]>> results) {
        Decided decided = changes.decide(results.subList(1, results.size()));
        Committed saved = decided.result(results.get(0).get(0)[0]);
        List<Sql> statements = new ArrayList<>(decided.statements());
        List<LoggedEvent> events = saved.events();
        if (!events.isEmpty()) {
            statements.add(insert("?", events));
            statements.add(new Sql(
                    "UPDATE log_head SET last_seq = ? WHERE id = 1",
                    List.of(events.get(events.size() - 1).seq())));
        }
        connection.execute(statements);
        return saved;
    }

    /** @param seq SQL that makes the column of the event's seq */
    private static Sql insert(String seq, List<LoggedEvent> events) {
        return Sql.insert(
                "notification (" + LoggedEvent.COLUMNS + ")",
                "(" + seq + ",?,?,?,?,?,?)",
                events.stream().map(LogTransaction::values).toList());
    }

    private static List<@Nullable Object> values(LoggedEvent event) {
        return Arrays.asList(
                event.seq(),
                event.idBytes(),
                event.recipientId(),
                event.event(),
                event.data(),
                event.traceparent(),
                event.createdAt());
    }

    private static String inLog(LoggedEvent event) {
        return "SELECT seq FROM notification WHERE seq = " + event.seq() + " AND event_id = X'"
                + HexFormat.of().formatHex(event.idBytes()) + "'";
    }

    /** The connection was lost while the commit was under way: only the log can tell whether it succeeded. */
    static final class InDoubtException extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1L;

        private final transient Committed changes;
        private final DataAccessException failure;

        InDoubtException(Committed changes, DataAccessException cause) {
            super(cause);
            this.failure = cause;
            this.changes = changes;
        }

        Committed changes() {
            return changes;
        }

        DataAccessException failure() {
            return failure;
        }
    }
}
