package io.github.follownotify.follow.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LogRetentionTest {

    /** The database's clock decides, and it is the clock of this machine or of a container on it. */
    private final Instant now = Instant.now();

    private final long old = now.minus(Duration.ofDays(31)).toEpochMilli();
    private final long young = now.minus(Duration.ofDays(29)).toEpochMilli();

    private Database database;
    private DriverManagerDataSource connections;
    private JdbcClient sql;
    private LogRetention retention;

    @BeforeEach
    void open() {
        database = TestServices.database();
        connections = new DriverManagerDataSource(database.url(), database.username(), database.password());
        Flyway.configure().dataSource(connections).load().migrate();
        sql = JdbcClient.create(connections);
        retention = retention(2, 0.5);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void defaults() {
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("follow.log", LogSettings.class))
                .isEqualTo(new LogSettings(Duration.ofDays(30), Duration.ofMinutes(1), 1000, 0.5));
    }

    @Test
    void removesWhatIsTooOldInBatchesAndSaysWhereTheLogBegins() {
        log(old, old, old, old, old, young, young);
        confirm(7);

        retention.trim();

        assertThat(seqs()).containsExactly(6L, 7L);
        assertThat(oldestSeq()).isEqualTo(6);
    }

    @Test
    void leavesNoHoleWhenAClockHasGoneBack() {
        log(old, young, old, young);
        confirm(4);

        retention.trim();

        assertThat(seqs()).containsExactly(2L, 3L, 4L);
        assertThat(oldestSeq()).isEqualTo(2);
    }

    @Test
    void neverRemovesWhatTheBrokerHasNotConfirmed() {
        log(old, old, old);
        confirm(1);

        retention.trim();

        assertThat(seqs()).containsExactly(2L, 3L);
        assertThat(oldestSeq()).isEqualTo(2);
    }

    @Test
    void emptyLogBeginsBehindItsHead() {
        log(old, old);
        confirm(2);

        retention.trim();
        retention.trim();

        assertThat(seqs()).isEmpty();
        assertThat(oldestSeq()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForAFollowThatIsNotCommitted() throws Exception {
        log(old, old);
        confirm(2);
        try (Connection follow = database.connect()) {
            follow.setAutoCommit(false);
            follow.createStatement().executeQuery("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE");
            follow.createStatement().execute("""
                    INSERT INTO notification (seq, event_id, recipient_id, event, data, created_at)
                    VALUES (3, '0123456789abcdef', 1, 'e', '{}', 0)""");

            retention.trim();

            assertThat(seqs()).isEmpty();
            follow.commit();
        }
    }

    @Test
    void removesNothingWhenImplausiblyMuchWouldGo() {
        log(LongStream.range(0, 1000).map(seq -> seq < 501 ? old : young).toArray());
        confirm(1000);

        retention.trim();
        assertThat(seqs()).hasSize(1000);

        retention(1000, 0.502).trim();
        assertThat(seqs()).hasSize(499);
    }

    private LogRetention retention(int batch, double maximumShare) {
        return new LogRetention(
                connections, new LogSettings(Duration.ofDays(30), Duration.ofMinutes(1), batch, maximumShare));
    }

    private void log(long... createdAt) {
        for (int i = 0; i < createdAt.length; i++) {
            sql.sql("""
                    INSERT INTO notification (seq, event_id, recipient_id, event, data, created_at)
                    VALUES (?, '0123456789abcdef', 1, 'e', '{}', ?)""").params(i + 1, createdAt[i]).update();
        }
        sql.sql("UPDATE log_head SET last_seq = ?").param(createdAt.length).update();
    }

    private void confirm(long seq) {
        sql.sql("UPDATE relay SET confirmed_seq = ?").param(seq).update();
    }

    private List<Long> seqs() {
        return sql.sql("SELECT seq FROM notification ORDER BY seq")
                .query(Long.class)
                .list();
    }

    private long oldestSeq() {
        return sql.sql("SELECT oldest_seq FROM relay").query(Long.class).single();
    }
}
