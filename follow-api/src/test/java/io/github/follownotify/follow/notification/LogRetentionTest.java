package io.github.follownotify.follow.notification;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LogRetentionTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final long OLD = NOW.minus(Duration.ofDays(31)).toEpochMilli();
    private static final long YOUNG = NOW.minus(Duration.ofDays(29)).toEpochMilli();

    private Database database;
    private JdbcClient sql;
    private LogRetention retention;

    @BeforeEach
    void open() {
        database = TestServices.database();
        DriverManagerDataSource connections =
                new DriverManagerDataSource(database.url(), database.username(), database.password());
        Flyway.configure().dataSource(connections).load().migrate();
        sql = JdbcClient.create(connections);
        retention = new LogRetention(
                connections,
                new LogSettings(Duration.ofDays(30), Duration.ofMinutes(1), 2),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void defaults() {
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("follow.log", LogSettings.class))
                .isEqualTo(new LogSettings(Duration.ofDays(30), Duration.ofMinutes(1), 1000));
    }

    @Test
    void removesWhatIsTooOldInBatchesAndSaysWhereTheLogBegins() {
        log(OLD, OLD, OLD, OLD, OLD, YOUNG, YOUNG);
        confirm(7);

        retention.trim();

        assertThat(seqs()).containsExactly(6L, 7L);
        assertThat(oldestSeq()).isEqualTo(6);
    }

    @Test
    void leavesNoHoleWhenAClockHasGoneBack() {
        log(OLD, YOUNG, OLD, YOUNG);
        confirm(4);

        retention.trim();

        assertThat(seqs()).containsExactly(2L, 3L, 4L);
        assertThat(oldestSeq()).isEqualTo(2);
    }

    @Test
    void neverRemovesWhatTheBrokerHasNotConfirmed() {
        log(OLD, OLD, OLD);
        confirm(1);

        retention.trim();

        assertThat(seqs()).containsExactly(2L, 3L);
        assertThat(oldestSeq()).isEqualTo(2);
    }

    @Test
    void emptyLogBeginsBehindItsHead() {
        log(OLD, OLD);
        confirm(2);

        retention.trim();
        retention.trim();

        assertThat(seqs()).isEmpty();
        assertThat(oldestSeq()).isEqualTo(3);
    }

    @Test
    void doesNotWaitForAFollowThatIsNotCommitted() throws Exception {
        log(OLD, OLD);
        confirm(2);
        try (Connection follow = database.connect()) {
            follow.setAutoCommit(false);
            follow.createStatement().execute("""
                    INSERT INTO notification (event_id, recipient_id, actor_id, event, data, created_at)
                    VALUES ('0123456789abcdef', 1, 2, 'e', '{}', 0)""");

            retention.trim();

            assertThat(seqs()).isEmpty();
            follow.commit();
        }
    }

    private void log(long... createdAt) {
        for (int i = 0; i < createdAt.length; i++) {
            sql.sql("""
                    INSERT INTO notification (event_id, recipient_id, actor_id, event, data, created_at, seq, waiting)
                    VALUES ('0123456789abcdef', 1, 2, 'e', '{}', ?, ?, NULL)""").params(createdAt[i], i + 1).update();
        }
        sql.sql("UPDATE relay SET last_seq = ?").param(createdAt.length).update();
    }

    private void confirm(long seq) {
        sql.sql("UPDATE relay SET confirmed_seq = ?").param(seq).update();
    }

    private List<Long> seqs() {
        return sql.sql("SELECT seq FROM notification WHERE seq IS NOT NULL ORDER BY seq")
                .query(Long.class)
                .list();
    }

    private long oldestSeq() {
        return sql.sql("SELECT oldest_seq FROM relay").query(Long.class).single();
    }
}
