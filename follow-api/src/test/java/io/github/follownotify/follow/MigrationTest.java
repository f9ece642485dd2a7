package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class MigrationTest {

    private Database database;
    private Flyway flyway;
    private JdbcClient sql;

    @BeforeEach
    void migrate() {
        database = TestServices.database();
        DriverManagerDataSource connections =
                new DriverManagerDataSource(database.url(), database.username(), database.password());
        flyway = Flyway.configure().dataSource(connections).load();
        flyway.migrate();
        sql = JdbcClient.create(connections);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void secondRunHasNothingToDo() {
        assertThat(flyway.migrate().migrationsExecuted).isZero();
    }

    @Test
    void relayStartsBeforeTheFirstNumber() {
        assertThat(sql.sql("SELECT last_seq, confirmed_seq, oldest_seq, fence FROM relay")
                        .query()
                        .singleRow()
                        .values())
                .extracting(Object::toString)
                .containsExactly("0", "0", "1", "0");
    }

    @Test
    void waitingRowsAreFoundByIndexAndWithoutSorting() {
        assumeThat(database.real()).as("a server with EXPLAIN FORMAT=JSON").isTrue();
        for (int i = 0; i < 11; i++) {
            sql.sql(
                            i == 0
                                    ? "INSERT INTO notification (event_id, recipient_id, actor_id, event, data, created_at)"
                                            + " VALUES ('0123456789abcdef', 1, 2, 'e', '{}', 0)"
                                    : "INSERT INTO notification (event_id, recipient_id, actor_id, event, data, created_at)"
                                            + " SELECT event_id, recipient_id, actor_id, event, data, created_at FROM notification")
                    .update();
        }
        sql.sql("UPDATE notification SET seq = id, waiting = NULL WHERE id < 1500")
                .update();
        sql.sql("ANALYZE TABLE notification")
                .query((row, number) -> row.getString(1))
                .list();

        List<String> plan = sql.sql(
                        "EXPLAIN FORMAT=JSON SELECT id, data FROM notification WHERE waiting = 1 ORDER BY id LIMIT 500")
                .query(String.class)
                .list();

        assertThat(String.join("", plan))
                .contains("notification_waiting")
                .doesNotContain("filesort\": true", "filesort\": {");
    }
}
