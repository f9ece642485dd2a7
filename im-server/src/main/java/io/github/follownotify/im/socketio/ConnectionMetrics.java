package io.github.follownotify.im.socketio;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Counts what was refused, closed and dropped, by reason. The reasons are ours, never a client's text. */
final class ConnectionMetrics {

    private final MeterRegistry meters;

    ConnectionMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void refused(String reason) {
        meters.counter("im.connections.refused", "reason", reason).increment();
    }

    void refused(Refusal refusal) {
        refused(name(refusal));
    }

    void closed(CloseReason reason) {
        meters.counter("im.connections.closed", "reason", name(reason)).increment();
    }

    void dropped(CloseReason reason) {
        meters.counter("im.events.dropped", "reason", name(reason)).increment();
    }

    private static String name(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
