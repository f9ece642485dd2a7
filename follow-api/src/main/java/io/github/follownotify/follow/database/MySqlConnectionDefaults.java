package io.github.follownotify.follow.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Bounds every wait for MySQL, whatever address is set: the driver's own defaults wait forever for an answer from a
 * server that is gone. A value in the address wins.
 *
 * <p>{@code wait_timeout} is the other side of it: a process that is frozen inside a transaction loses its locks when
 * the server ends its connection, not when it wakes.
 */
@Component
class MySqlConnectionDefaults implements BeanPostProcessor {

    private static final String MYSQL = "jdbc:mysql:";

    private static final Map<String, String> DEFAULTS = Map.of(
            "connectTimeout", "2000",
            "socketTimeout", "5000",
            "sessionVariables", "wait_timeout=60");

    /** The writer sends several statements in one round trip, the same few over and over: parsed once. */
    private static final Map<String, String> DEFAULTS_OF_WRITER = Map.of(
            "connectTimeout", "2000",
            "socketTimeout", "5000",
            "allowMultiQueries", "true",
            "cachePrepStmts", "true",
            "prepStmtCacheSqlLimit", "2048",
            "useLocalSessionState", "true");

    private static final Duration KEEPALIVE = Duration.ofSeconds(30);

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool) {
            apply(pool);
        }
        return bean;
    }

    /**
     * @return what the address of a MySQL server leaves open for {@link WriterConnection}; nothing for another database
     */
    static Map<String, String> ofWriter(String url) {
        return missing(url, DEFAULTS_OF_WRITER);
    }

    static void apply(HikariDataSource pool) {
        String url = String.valueOf(pool.getJdbcUrl());
        if (!url.startsWith(MYSQL)) {
            return;
        }
        missing(url, DEFAULTS).forEach(pool::addDataSourceProperty);
        // Well below wait_timeout, so that an idle connection is never found dead.
        pool.setKeepaliveTime(KEEPALIVE.toMillis());
    }

    private static Map<String, String> missing(String url, Map<String, String> defaults) {
        return url.startsWith(MYSQL)
                ? defaults.entrySet().stream()
                        .filter(property -> !url.contains(property.getKey() + "="))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))
                : Map.of();
    }
}
