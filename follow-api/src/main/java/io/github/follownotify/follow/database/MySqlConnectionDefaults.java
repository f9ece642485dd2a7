package io.github.follownotify.follow.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Bounds every wait for MySQL, whatever address is set: the driver's own defaults wait for ever for an answer from a
 * server that is gone. A value in the address wins.
 *
 * <p>{@code wait_timeout} is the other side of it: a process that is frozen inside of a transaction loses its locks when
 * the server ends its connection, not when it wakes.
 */
@Component
class MySqlConnectionDefaults implements BeanPostProcessor {

    private static final Map<String, String> DEFAULTS = Map.of(
            "connectTimeout", "2000",
            "socketTimeout", "5000",
            "sessionVariables", "wait_timeout=60");

    private static final Duration KEEPALIVE = Duration.ofSeconds(30);

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool) {
            apply(pool);
        }
        return bean;
    }

    static void apply(HikariDataSource pool) {
        String url = String.valueOf(pool.getJdbcUrl());
        if (!url.startsWith("jdbc:mysql:")) {
            return;
        }
        DEFAULTS.forEach((property, value) -> {
            if (!url.contains(property + "=")) {
                pool.addDataSourceProperty(property, value);
            }
        });
        // Well inside of wait_timeout, so that an idle connection is never found dead.
        pool.setKeepaliveTime(KEEPALIVE.toMillis());
    }
}
