package io.github.follownotify.follow.relay;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Metrics of the relay. The backlog is queried from the database at most once a second, however often it is scraped.
 */
class RelayMetrics {

    private static final Logger log = LoggerFactory.getLogger(RelayMetrics.class);

    private static final Duration BACKLOG_IS_FRESH = Duration.ofSeconds(1);

    private final MeterRegistry registry;
    private final Counter published;
    private final Supplier<Backlog> source;

    private @Nullable Backlog backlog;
    private long readAt = System.nanoTime() - BACKLOG_IS_FRESH.toNanos();

    RelayMetrics(MeterRegistry registry, Supplier<Backlog> source, Clock clock) {
        this.registry = registry;
        this.source = source;
        this.published = Counter.builder("follow.relay.published")
                .description("Notifications that the broker has confirmed")
                .register(registry);
        List.of("broker", "database", "internal").forEach(this::failures);
        gauge("follow.relay.waiting", null, "Notifications committed and not yet confirmed", Backlog::waiting);
        gauge(
                "follow.relay.oldest.waiting.age",
                "seconds",
                "Age of the oldest notification not yet confirmed",
                now -> now.oldestCreatedAt() == 0 ? 0 : Math.max(0, clock.millis() - now.oldestCreatedAt()) / 1000.0);
    }

    void published(int events) {
        published.increment(events);
    }

    void failed(String reason) {
        failures(reason).increment();
    }

    private Counter failures(String reason) {
        return Counter.builder("follow.relay.failures")
                .description("Failed attempts of the relay, by reason")
                .tag("reason", reason)
                .register(registry);
    }

    private void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<Backlog> value) {
        Gauge.builder(name, this, metrics -> {
                    Backlog now = metrics.backlog();
                    return now == null ? Double.NaN : value.applyAsDouble(now);
                })
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    /** Null while the database is unreachable: the graph shows a gap, not a zero that suggests all is well. */
    private synchronized @Nullable Backlog backlog() {
        if (System.nanoTime() - readAt >= BACKLOG_IS_FRESH.toNanos()) {
            try {
                backlog = source.get();
            } catch (DataAccessException unavailable) {
                log.debug("event=backlog_unknown", unavailable);
                backlog = null;
            }
            readAt = System.nanoTime();
        }
        return backlog;
    }
}
