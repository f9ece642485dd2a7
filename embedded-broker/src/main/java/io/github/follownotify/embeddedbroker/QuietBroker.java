package io.github.follownotify.embeddedbroker;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Keeps the broker's own log out of the log of the applications around it: it reports every connection, every queue and
 * every client that went away, and a port that is taken with pages of stack. What matters is thrown.
 */
class QuietBroker implements EnvironmentPostProcessor {

    private static final List<String> LOGGERS = List.of("org.apache.qpid", "qpid");

    /** For a broker that runs before, or without, a Spring application, which sets all levels anew when it starts. */
    static void lowerLogLevels() {
        LoggingSystem logging = LoggingSystem.get(EmbeddedBroker.class.getClassLoader());
        LOGGERS.forEach(logger -> logging.setLogLevel(logger, LogLevel.OFF));
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> levels =
                LOGGERS.stream().collect(Collectors.toMap(logger -> "logging.level." + logger, logger -> "off"));
        environment.getPropertySources().addLast(new MapPropertySource("embedded broker's log levels", levels));
    }
}
