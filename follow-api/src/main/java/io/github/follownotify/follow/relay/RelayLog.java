package io.github.follownotify.follow.relay;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The relay's side of the database: lease, numbers and cursor. Each public method is one short transaction.
 *
 * <p>READ COMMITTED, because a snapshot from before the lock would not show what the last owner did, and because it takes
 * no gap locks that a follow would have to wait for.
 */
class RelayLog {

    private final JdbcTemplate sql;
    private final TransactionTemplate transaction;
    private final RelaySettings settings;
    private final String owner;

    /** @param owner name of this relay, different for every process that ever runs */
    RelayLog(DataSource database, RelaySettings settings, String owner) {
        this.sql = new JdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.settings = settings;
        this.owner = owner;
    }

    /** Begins a turn: numbers what waits and takes the lease, unless another replica holds an unexpired lease. */
    Turn begin() {
        return inTransaction(() -> {
            State state = lock();
            if (!state.isHeldByAnother(owner)) {
                return next(state, state.fence() + 1);
            }
            numberOnly(state.lastSeq());
            return new Turn.Held();
        });
    }

    /**
     * Numbers what waits, without publishing it and whoever holds the lease: readers of the log have it from then on.
     *
     * @return whether nothing waits for a number any more
     */
    boolean number() {
        return inTransaction(() -> numberOnly(lock().lastSeq()) < settings.batchSize());
    }

    /** Moves the cursor behind a batch that the broker has confirmed, and goes on with the next one. */
    Turn confirmed(Turn.Batch batch) {
        return inTransaction(() -> {
            State state = lock();
            if (state.fence() != batch.fence()) {
                return new Turn.Lost();
            }
            long confirmedSeq = moveCursor(batch, batch.events().size());
            return next(state.withConfirmed(confirmedSeq), batch.fence());
        });
    }

    /**
     * Moves the cursor as far as the broker has confirmed before it failed, and gives the lease back.
     *
     * @param confirmed how many of the batch's events the broker has confirmed without a gap
     */
    void failed(Turn.Batch batch, int confirmed) {
        inTransaction(() -> {
            State state = lock();
            if (state.fence() == batch.fence()) {
                if (confirmed > 0) {
                    moveCursor(batch, confirmed);
                }
                release();
            }
            return state;
        });
    }

    /** Whether anything waits, at a glance and without the lock. */
    boolean isAnythingWaiting() {
        return Boolean.TRUE.equals(sql.queryForObject("""
                SELECT r.confirmed_seq < r.last_seq OR EXISTS (SELECT 1 FROM notification n WHERE n.waiting = 1)
                FROM relay r WHERE r.id = 1""", Boolean.class));
    }

    /** Whether anything waits for its number, at a glance and without the lock. */
    boolean isAnythingToNumber() {
        return Boolean.TRUE.equals(
                sql.queryForObject("SELECT EXISTS (SELECT 1 FROM notification n WHERE n.waiting = 1)", Boolean.class));
    }

    Backlog backlog() {
        return Objects.requireNonNull(
                sql.queryForObject("""
                SELECT (SELECT COUNT(*) FROM notification n WHERE n.waiting = 1) + r.last_seq - r.confirmed_seq,
                       COALESCE(
                           (SELECT n.created_at FROM notification n WHERE n.seq = r.confirmed_seq + 1),
                           (SELECT n.created_at FROM notification n WHERE n.waiting = 1 ORDER BY n.id LIMIT 1),
                           0)
                FROM relay r WHERE r.id = 1""", (row, number) -> new Backlog(row.getLong(1), row.getLong(2))));
    }

    /** What the nodes are told, for one replica per interval; empty for all others. */
    Optional<Head> claimHeartbeat() {
        return inTransaction(() -> {
            int claimed = sql.update(
                    "UPDATE relay SET heartbeat_at = UNIX_TIMESTAMP() WHERE id = 1 AND heartbeat_at <= UNIX_TIMESTAMP() - ?",
                    settings.heartbeat().toSeconds());
            return claimed == 0
                    ? Optional.<Head>empty()
                    : Optional.ofNullable(sql.queryForObject(
                            "SELECT last_seq, confirmed_seq, oldest_seq FROM relay WHERE id = 1",
                            (row, number) -> new Head(row.getLong(1), row.getLong(2), row.getLong(3))));
        });
    }

    private Turn next(State state, long fence) {
        List<WaitingEvent> fresh = number(state.lastSeq());
        // What has its number and was not confirmed goes first, or the log would be sent out of order.
        List<WaitingEvent> events = state.confirmedSeq() < state.lastSeq() ? numbered(state.confirmedSeq()) : fresh;
        if (events.isEmpty()) {
            if (state.owner() != null) {
                release();
            }
            return new Turn.Rest();
        }
        sql.update(
                "UPDATE relay SET owner = ?, fence = ?, last_seq = ?, lease_until = UNIX_TIMESTAMP() + ? WHERE id = 1",
                owner,
                fence,
                state.lastSeq() + fresh.size(),
                settings.lease().toSeconds());
        return new Turn.Batch(fence, events);
    }

    private List<WaitingEvent> numbered(long confirmedSeq) {
        return sql.query(
                "SELECT " + WaitingEvent.COLUMNS + " FROM notification WHERE seq > ? ORDER BY seq LIMIT ?",
                (row, number) -> WaitingEvent.of(row),
                confirmedSeq,
                settings.batchSize());
    }

    private int numberOnly(long lastSeq) {
        int numbered = number(lastSeq).size();
        if (numbered > 0) {
            sql.update("UPDATE relay SET last_seq = ? WHERE id = 1", lastSeq + numbered);
        }
        return numbered;
    }

    /** Gives the oldest waiting rows the numbers after {@code lastSeq}; the caller writes down the new last one. */
    private List<WaitingEvent> number(long lastSeq) {
        List<WaitingEvent> waiting = sql.query(
                "SELECT " + WaitingEvent.COLUMNS + " FROM notification WHERE waiting = 1 ORDER BY id LIMIT ?",
                (row, number) -> WaitingEvent.of(row),
                settings.batchSize());
        List<WaitingEvent> events = new ArrayList<>(waiting.size());
        for (WaitingEvent event : waiting) {
            events.add(event.numbered(lastSeq + events.size() + 1));
        }
        // Ids rarely have holes, so a batch is a few updates of whole runs and not one per row.
        int first = 0;
        for (int next = 1; next <= events.size(); next++) {
            if (next == events.size()
                    || events.get(next).id() != events.get(next - 1).id() + 1) {
                save(events.subList(first, next));
                first = next;
            }
        }
        return events;
    }

    private void save(List<WaitingEvent> run) {
        WaitingEvent first = run.get(0);
        int saved = sql.update(
                "UPDATE notification SET seq = id + ?, waiting = NULL WHERE id BETWEEN ? AND ? AND waiting = 1",
                first.seq() - first.id(),
                first.id(),
                run.get(run.size() - 1).id());
        if (saved != run.size()) {
            throw new IllegalStateException(
                    "%d of %d rows from id %d took their number: does anything else write the column seq?"
                            .formatted(saved, run.size(), first.id()));
        }
    }

    private long moveCursor(Turn.Batch batch, int confirmed) {
        long seq = batch.events().get(confirmed - 1).seq();
        sql.update("UPDATE relay SET confirmed_seq = ? WHERE id = 1", seq);
        return seq;
    }

    private void release() {
        sql.update("UPDATE relay SET owner = NULL, lease_until = 0 WHERE id = 1");
    }

    private State lock() {
        return Objects.requireNonNull(sql.queryForObject("""
                        SELECT last_seq, confirmed_seq, owner, fence, lease_until < UNIX_TIMESTAMP() AS expired
                        FROM relay WHERE id = 1 FOR UPDATE""", (row, number) -> State.of(row)));
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> work.get()));
    }

    /** Where the log ends, how far the broker has confirmed it, and where it begins. */
    record Head(long lastSeq, long confirmedSeq, long oldestSeq) {}

    private record State(
            long lastSeq, long confirmedSeq, @Nullable String owner, long fence, boolean expired) {

        static State of(ResultSet row) throws SQLException {
            return new State(
                    row.getLong("last_seq"),
                    row.getLong("confirmed_seq"),
                    row.getString("owner"),
                    row.getLong("fence"),
                    row.getBoolean("expired"));
        }

        boolean isHeldByAnother(String us) {
            return owner != null && !owner.equals(us) && !expired;
        }

        State withConfirmed(long seq) {
            return new State(lastSeq, seq, owner, fence, expired);
        }
    }
}
