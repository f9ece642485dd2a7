package io.github.follownotify.follow.pythonsocketio;

import io.github.follownotify.follow.notification.LogReader;
import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.publishing.Lease;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** One destination's row: how far it has taken the log, and which replica publishes to it. */
class DestinationTable implements Lease.Row {

    /** By the database's clock: after it another replica may take over. */
    static final Duration LEASE = Duration.ofSeconds(10);

    private final JdbcClient sql;
    private final TransactionTemplate transaction;
    private final LogReader log;
    private final String destination;
    private final String owner;

    /** @param owner name of this replica, unique to each process */
    DestinationTable(DataSource database, String destination, String owner) {
        this.sql = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        // Position, events and bounds of the log belong to one moment.
        this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.log = new LogReader(sql);
        this.destination = destination;
        this.owner = owner;
    }

    /** Lets a destination that is new begin at the head of the log; changes nothing for one that is known. */
    void begin() {
        boolean known = sql.sql("SELECT COUNT(*) FROM destination WHERE name = ?")
                        .param(destination)
                        .query(Long.class)
                        .single()
                > 0;
        if (known) {
            return;
        }
        long head = sql.sql("SELECT last_seq FROM log_head WHERE id = 1")
                .query(Long.class)
                .single();
        Position start = newestUpTo(head, Long.MAX_VALUE).orElse(new Position(head, null, 0));
        // Ignored when another replica was faster.
        sql.sql("INSERT IGNORE INTO destination (name, seq, event_id, event_created_at, owner, lease_until)"
                        + " VALUES (?, ?, ?, ?, NULL, 0)")
                .param(destination)
                .param(start.seq())
                .param(bytes(start.id()))
                .param(start.createdAt())
                .update();
    }

    @Override
    public boolean takeLease() {
        return sql.sql("""
                        UPDATE destination SET owner = ?, lease_until = UNIX_TIMESTAMP() + ?
                        WHERE name = ? AND (owner IS NULL OR owner = ? OR lease_until < UNIX_TIMESTAMP())""").params(owner, LEASE.toSeconds(), destination, owner).update() == 1;
    }

    @Override
    public void releaseLease() {
        sql.sql("UPDATE destination SET owner = NULL, lease_until = 0 WHERE name = ? AND owner = ?")
                .params(destination, owner)
                .update();
    }

    /** What the destination has to take next. */
    Page next(int limit) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Position position = position();
            return new Page(position, log.ofEveryone(position.seq(), limit));
        }));
    }

    /** @return false when another replica has taken over; then nothing is saved */
    boolean save(Position position) {
        return sql.sql(
                                "UPDATE destination SET seq = ?, event_id = ?, event_created_at = ? WHERE name = ? AND owner = ?")
                        .param(position.seq())
                        .param(bytes(position.id()))
                        .param(position.createdAt())
                        .param(destination)
                        .param(owner)
                        .update()
                == 1;
    }

    /** The last event up to a seq that is no younger than a moment, in milliseconds since 1970. */
    Optional<Position> newestUpTo(long seq, long createdAt) {
        return sql.sql("SELECT " + LoggedEvent.COLUMNS
                        + " FROM notification WHERE seq <= ? AND created_at <= ? ORDER BY seq DESC LIMIT 1")
                .params(seq, createdAt)
                .query((row, number) -> Position.of(LoggedEvent.of(row)))
                .optional();
    }

    private Position position() {
        return sql.sql("SELECT seq, event_id, event_created_at FROM destination WHERE name = ?")
                .param(destination)
                .query((row, number) -> new Position(
                        row.getLong("seq"),
                        row.getBytes("event_id") == null ? null : LoggedEvent.idOf(row),
                        row.getLong("event_created_at")))
                .single();
    }

    private static byte @Nullable [] bytes(@Nullable UUID id) {
        return id == null ? null : LoggedEvent.bytes(id);
    }

    /** @param next the log behind the position */
    record Page(Position position, LogReader.Part next) {}
}
