package io.github.follownotify.follow.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MySqlConnectionDefaultsTest {

    @Test
    void waitsForMySqlAreBounded() {
        try (HikariDataSource pool = pool("jdbc:mysql://db/follow_notify")) {
            assertThat(pool.getDataSourceProperties())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "connectTimeout", "2000",
                            "socketTimeout", "5000",
                            "sessionVariables", "wait_timeout=60",
                            "useReadAheadInput", "false",
                            "useUnbufferedInput", "false",
                            "useLocalSessionState", "true"));
            assertThat(pool.getKeepaliveTime()).isEqualTo(30_000);
        }
    }

    @Test
    void addressWins() {
        try (HikariDataSource pool = pool("jdbc:mysql://db/follow_notify?socketTimeout=60000")) {
            assertThat(pool.getDataSourceProperties()).doesNotContainKey("socketTimeout");
        }
    }

    @Test
    void otherDatabasesAreLeftAlone() {
        try (HikariDataSource pool = pool("jdbc:h2:mem:x")) {
            assertThat(pool.getDataSourceProperties()).isEmpty();
        }
    }

    private static HikariDataSource pool(String url) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        MySqlConnectionDefaults.apply(pool);
        return pool;
    }
}
