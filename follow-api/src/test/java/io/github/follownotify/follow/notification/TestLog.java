package io.github.follownotify.follow.notification;

import com.zaxxer.hikari.HikariDataSource;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database with the schema, and what happens to the log in it. */
public final class TestLog implements AutoCloseable {

    public final HikariDataSource database = new HikariDataSource();
    public final JdbcClient sql;

    private final Database schema = TestServices.database();
    private final TransactionTemplate transaction;

    public TestLog() {
        database.setJdbcUrl(schema.url());
        database.setUsername(schema.username());
        database.setPassword(schema.password());
        Flyway.configure().dataSource(database).load().migrate();
        sql = JdbcClient.create(database);
        transaction = new TransactionTemplate(new JdbcTransactionManager(database));
    }

    /** Commits events, each with its seq as the follower, as a replica does that dies before it can publish them. */
    public synchronized List<LoggedEvent> append(int count, long recipient) {
        long last = sql.sql("SELECT last_seq FROM log_head").query(Long.class).single();
        List<LoggedEvent> events = LongStream.rangeClosed(last + 1, last + count)
                .mapToObj(seq -> new LoggedEvent(
                        seq,
                        UUID.randomUUID(),
                        recipient,
                        "following notify",
                        "{\"user_id\":%d}".formatted(seq),
                        null,
                        System.currentTimeMillis()))
                .toList();
        transaction.executeWithoutResult(status -> insert(events));
        return events;
    }

    /** What a database does that fails over to a replica which was behind. */
    public void loseEverythingAfter(long seq) {
        sql.sql("DELETE FROM notification WHERE seq > ?").param(seq).update();
        sql.sql("UPDATE log_head SET last_seq = ?").param(seq).update();
        sql.sql("UPDATE relay SET confirmed_seq = LEAST(confirmed_seq, ?)")
                .param(seq)
                .update();
        sql.sql("DELETE FROM confirmed_range").update();
    }

    /** What retention does. */
    public void trimUpTo(long seq) {
        transaction.executeWithoutResult(status -> {
            sql.sql("DELETE FROM notification WHERE seq <= ?").param(seq).update();
            sql.sql("UPDATE relay SET oldest_seq = ?").param(seq + 1).update();
        });
    }

    @Override
    public void close() {
        database.close();
        schema.close();
    }

    private void insert(List<LoggedEvent> events) {
        events.forEach(event -> sql.sql(
                        "INSERT INTO notification (" + LoggedEvent.COLUMNS + ") VALUES (?, ?, ?, ?, ?, NULL, ?)")
                .params(
                        event.seq(),
                        LoggedEvent.bytes(event.id()),
                        event.recipientId(),
                        event.event(),
                        event.data(),
                        event.createdAt())
                .update());
        sql.sql("UPDATE log_head SET last_seq = ?")
                .param(events.get(events.size() - 1).seq())
                .update();
    }
}
