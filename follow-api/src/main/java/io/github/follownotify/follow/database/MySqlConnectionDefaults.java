package io.github.follownotify.follow.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /**
     * By default the driver asks the kernel how much is available before each read; a plain buffer saves a fifth of its
     * system calls. With {@code useLocalSessionState} it remembers the isolation level that it has set, instead of asking
     * the server.
     */
    private static final Map<String, String> COMMON = Map.of(
            "connectTimeout", "2000",
            "socketTimeout", "5000",
            "useReadAheadInput", "false",
            "useUnbufferedInput", "false",
            "useLocalSessionState", "true");

    private static final Map<String, String> ONLY_POOL = Map.of("sessionVariables", "wait_timeout=60");

    /** The writer sends several statements in one round trip, the same few over and over: parsed once. */
    private static final Map<String, String> ONLY_WRITER = Map.of(
            "allowMultiQueries", "true",
            "cachePrepStmts", "true",
            "prepStmtCacheSize", "64",
            "prepStmtCacheSqlLimit", "8192");

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
        return missing(url, ONLY_WRITER);
    }

    static void apply(HikariDataSource pool) {
        String url = String.valueOf(pool.getJdbcUrl());
        if (!url.startsWith(MYSQL)) {
            return;
        }
        missing(url, ONLY_POOL).forEach(pool::addDataSourceProperty);
        // Well below wait_timeout, so that an idle connection is never found dead.
        pool.setKeepaliveTime(KEEPALIVE.toMillis());
    }

    private static Map<String, String> missing(String url, Map<String, String> own) {
        return url.startsWith(MYSQL)
                ? Stream.of(COMMON, own)
                        .flatMap(defaults -> defaults.entrySet().stream())
                        .filter(property -> !url.contains(property.getKey() + "="))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue))
                : Map.of();
    }
}
