package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.Sql;
import io.github.follownotify.follow.database.WriterConnection;
import io.github.follownotify.follow.notification.BatchedChanges.Decision;
import io.github.follownotify.follow.notification.BatchedChanges.Outcome;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * One transaction of the writer in three round trips: the first locks the log's head and reads what the changes depend
 * on, the second saves them and their notifications under the next seqs, the third commits.
 *
 * <p>The lock is held until the commit. So seqs follow the order of commits, a rollback gives them back, and when two
 * replicas change the same relation the second sees what the first one did.
 */
final class LogTransaction {

    private static final String LOCK = "SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE";

    private final WriterConnection connection;

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
        List<Part<?>> parts = parts(batch);
        List<String> queries = new ArrayList<>();
        queries.add(LOCK);
        parts.forEach(part -> queries.add(part.query()));
        if (inDoubt != null && !inDoubt.events().isEmpty()) {
            queries.add(inLog(inDoubt.events().get(0)));
        }
        List<List<long[]>> results = connection.read(queries);
        if (results.size() > parts.size() + 1 && !results.get(parts.size() + 1).isEmpty()) {
            rollback();
            return Objects.requireNonNull(inDoubt);
        }
        List<Sql> statements = new ArrayList<>();
        Committed changes = decide(batch.size(), parts, results, statements);
        save(changes.events(), statements);
        connection.execute(statements);
        try {
            connection.commit();
        } catch (DataAccessException unanswered) {
            throw new InDoubtException(changes, unanswered);
        }
        return changes;
    }

    /** Releases the lock and gives the seqs back. */
    void rollback() {
        connection.rollback();
    }

    /** Groups a batch by kind. */
    private static List<Part<?>> parts(List<WaitingChange<?>> batch) {
        Map<BatchedChanges<?>, Part<?>> parts = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            WaitingChange<?> waiting = batch.get(i);
            parts.computeIfAbsent(waiting.kind(), Part::new).add(waiting, i);
        }
        return List.copyOf(parts.values());
    }

    private static Committed decide(int size, List<Part<?>> parts, List<List<long[]>> results, List<Sql> statements) {
        long lastSeq = results.get(0).get(0)[0];
        Outcome[] outcomes = new Outcome[size];
        for (int i = 0; i < parts.size(); i++) {
            statements.addAll(parts.get(i).decide(results.get(i + 1), outcomes));
        }
        List<LoggedEvent> events = new ArrayList<>(size);
        for (Outcome outcome : outcomes) {
            if (outcome.notification() != null) {
                events.add(LoggedEvent.of(lastSeq + events.size() + 1, outcome.notification()));
            }
        }
        return new Committed(Arrays.stream(outcomes).map(Outcome::changed).toList(), events);
    }

    private static void save(List<LoggedEvent> events, List<Sql> statements) {
        if (!events.isEmpty()) {
            statements.add(Sql.insert(
                    "notification (" + LoggedEvent.COLUMNS + ")",
                    events.stream().map(LogTransaction::values).toList()));
            statements.add(new Sql(
                    "UPDATE log_head SET last_seq = ? WHERE id = 1",
                    List.of(events.get(events.size() - 1).seq())));
        }
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

    /** The changes of one kind in a batch, and where in the batch each of them stands. */
    private static final class Part<C> {

        private final BatchedChanges<C> kind;
        private final List<C> changes = new ArrayList<>();
        private final List<Integer> indexes = new ArrayList<>();

        Part(BatchedChanges<C> kind) {
            this.kind = kind;
        }

        /** @param waiting of this kind */
        @SuppressWarnings("unchecked")
        void add(WaitingChange<?> waiting, int index) {
            changes.add((C) waiting.change());
            indexes.add(index);
        }

        String query() {
            return kind.query(changes);
        }

        List<Sql> decide(List<long[]> rows, Outcome[] outcomes) {
            Decision decision = kind.decide(changes, rows);
            for (int i = 0; i < indexes.size(); i++) {
                outcomes[indexes.get(i)] = decision.outcomes().get(i);
            }
            return decision.statements();
        }
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
