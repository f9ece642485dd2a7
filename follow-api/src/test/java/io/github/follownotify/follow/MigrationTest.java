package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
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
    void logStartsBeforeTheFirstNumber() {
        assertThat(sql.sql(
                                "SELECT h.last_seq, r.confirmed_seq, r.oldest_seq FROM log_head h JOIN relay r ON r.id = h.id")
                        .query()
                        .singleRow()
                        .values())
                .extracting(Object::toString)
                .containsExactly("0", "0", "1");
    }
}
