package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.publishing.Lease;
import io.github.follownotify.follow.relay.ConfirmedRanges.Range;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the replicas tell each other through the database: how far the broker has confirmed the log, who republishes
 * what it has not, and whose turn it is to send the heartbeat. Each method is one short transaction that never locks
 * the head of the log, so no follow waits for it.
 */
class RelayTable implements Lease.Row {

    private final JdbcTemplate sql;
    private final TransactionTemplate transaction;
    private final RelaySettings settings;
    private final String owner;

    /** @param owner name of this replica, unique to each process */
    RelayTable(DataSource database, RelaySettings settings, String owner) {
        this.sql = new JdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        // A snapshot from before the lock would not show what another replica did last.
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_READ_COMMITTED);
        this.settings = settings;
        this.owner = owner;
    }

    /**
     * Saves what the broker has confirmed to this replica. What lies beyond a seq whose confirm another replica still
     * awaits is kept until that hole is closed.
     *
     * @return the last number up to which the broker has confirmed everything
     */
    long confirm(List<Range> confirmedHere) {
        return inTransaction(() -> {
            long confirmed = Objects.requireNonNull(
                    sql.queryForObject("SELECT confirmed_seq FROM relay WHERE id = 1 FOR UPDATE", Long.class));
            List<Range> stored = sql.query(
                    "SELECT from_seq, to_seq FROM confirmed_range",
                    (row, number) -> new Range(row.getLong(1), row.getLong(2)));
            ConfirmedRanges all = new ConfirmedRanges();
            stored.forEach(all::add);
            confirmedHere.forEach(all::add);
            long reached = all.advance(confirmed);
            if (reached > confirmed) {
                sql.update("UPDATE relay SET confirmed_seq = ? WHERE id = 1", reached);
            }
            List<Range> beyond = all.ranges();
            if (!beyond.equals(stored)) {
                sql.update("DELETE FROM confirmed_range");
                sql.batchUpdate(
                        "INSERT INTO confirmed_range (from_seq, to_seq) VALUES (?, ?)", beyond, 500, (row, range) -> {
                            row.setLong(1, range.from());
                            row.setLong(2, range.to());
                        });
            }
            return reached;
        });
    }

    Head head() {
        return Objects.requireNonNull(sql.queryForObject(
                "SELECT h.last_seq, r.confirmed_seq FROM log_head h JOIN relay r ON r.id = h.id WHERE h.id = 1",
                (row, number) -> new Head(row.getLong(1), row.getLong(2))));
    }

    /** Whether the log still has this event under its number: not after a failover or a restore that lost it. */
    boolean holds(LoggedEvent event) {
        return event(event.seq()).filter(held -> held.id().equals(event.id())).isPresent();
    }

    @Override
    public boolean takeLease() {
        return sql.update("""
                        UPDATE relay SET owner = ?, lease_until = UNIX_TIMESTAMP() + ?
                        WHERE id = 1 AND (owner IS NULL OR owner = ? OR lease_until < UNIX_TIMESTAMP())""", owner, settings.lease().toSeconds(), owner) == 1;
    }

    @Override
    public void releaseLease() {
        sql.update("UPDATE relay SET owner = NULL, lease_until = 0 WHERE id = 1 AND owner = ?", owner);
    }

    /** Events of the log that the broker is not known to have, in order. */
    List<LoggedEvent> unconfirmed(long after, long upTo) {
        return sql.query(
                "SELECT " + LoggedEvent.COLUMNS + """
                         FROM notification n WHERE n.seq > ? AND n.seq <= ? AND NOT EXISTS (
                            SELECT 1 FROM confirmed_range r WHERE n.seq BETWEEN r.from_seq AND r.to_seq)
                        ORDER BY n.seq LIMIT ?""",
                (row, number) -> LoggedEvent.of(row),
                after,
                upTo,
                settings.batchSize());
    }

    /** Whether this replica is the one that sends the next heartbeat. */
    boolean claimHeartbeat() {
        return sql.update(
                        "UPDATE relay SET heartbeat_at = UNIX_TIMESTAMP() WHERE id = 1 AND heartbeat_at <= UNIX_TIMESTAMP() - ?",
                        settings.heartbeat().toSeconds())
                == 1;
    }

    /** The event whose number the broker has confirmed last; empty when the log holds none. */
    Optional<LoggedEvent> event(long seq) {
        return sql
                .query(
                        "SELECT " + LoggedEvent.COLUMNS + " FROM notification WHERE seq = ?",
                        (row, number) -> LoggedEvent.of(row),
                        seq)
                .stream()
                .findFirst();
    }

    Backlog backlog() {
        Head head = head();
        long waiting = head.lastSeq() - head.confirmedSeq();
        return new Backlog(
                waiting,
                waiting == 0
                        ? 0
                        : event(head.confirmedSeq() + 1)
                                .map(LoggedEvent::createdAt)
                                .orElse(0L));
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> work.get()));
    }

    /** Where the log ends, and how far the broker has confirmed it. */
    record Head(long lastSeq, long confirmedSeq) {}
}
