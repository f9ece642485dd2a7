package io.github.follownotify.follow.pythonsocketio;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;

/** Metrics of one destination. */
final class DestinationMetrics {

    private final Counter published;
    private final Counter undelivered;
    private final MeterRegistry meters;
    private final Tags tags;
    private volatile double lag = Double.NaN;

    DestinationMetrics(MeterRegistry meters, String destination) {
        this.meters = meters;
        this.tags = Tags.of("destination", destination);
        published = Counter.builder("follow.python.socketio.published")
                .description("Events that at least one python-socketio server was given")
                .tags(tags)
                .register(meters);
        undelivered = Counter.builder("follow.python.socketio.undelivered")
                .description("Attempts to publish while no python-socketio server listened")
                .tags(tags)
                .register(meters);
        for (Failure failure : Failure.values()) {
            failures(failure);
        }
        Gauge.builder("follow.python.socketio.lag", this, metrics -> metrics.lag)
                .description(
                        "Events of the log that this destination has not taken, at the replica that publishes to it")
                .tags(tags)
                .register(meters);
    }

    void published(int events) {
        published.increment(events);
    }

    void undelivered() {
        undelivered.increment();
    }

    void failed(Failure failure) {
        failures(failure).increment();
    }

    void lag(long events) {
        lag = events;
    }

    /** Another replica publishes, or the database does not answer: the graph shows a gap, not a number that is old. */
    void lagUnknown() {
        lag = Double.NaN;
    }

    private Counter failures(Failure failure) {
        return Counter.builder("follow.python.socketio.failures")
                .description("Failed attempts, by reason")
                .tags(tags.and("reason", failure.name().toLowerCase(Locale.ROOT)))
                .register(meters);
    }

    /** Where an attempt failed. */
    enum Failure {
        LINK,
        DATABASE,
        INTERNAL
    }
}
