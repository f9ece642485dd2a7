package io.github.follownotify.im.engineio;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what was refused and closed, by reason. The reasons are ours, never a client's text. */
public final class ConnectionMetrics {

    /** A connection that did not send a request in time. */
    static final String SILENT = "silent";

    private final MeterRegistry meters;

    public ConnectionMetrics(MeterRegistry meters) {
        this.meters = meters;
        refusals(SILENT);
        for (Refusal refusal : Refusal.values()) {
            refusals(refusal.tag());
        }
        for (CloseReason reason : new CloseReason[] {
            CloseReason.CLIENT,
            CloseReason.GONE,
            CloseReason.PING_TIMEOUT,
            CloseReason.PROTOCOL_ERROR,
            CloseReason.TOO_LARGE,
            CloseReason.FLOOD,
            CloseReason.SHUTDOWN,
            CloseReason.SLOW_CLIENT
        }) {
            register(reason);
        }
    }

    /** Registers a reason with 0, so that it is visible before it first happens. */
    public void register(CloseReason reason) {
        ends(reason);
    }

    /** Registers a reason with 0, so that it is visible before it first happens. */
    public void registerRefusal(String reason) {
        refusals(reason);
    }

    public void refused(String reason) {
        refusals(reason).increment();
    }

    void closed(CloseReason reason) {
        ends(reason).increment();
    }

    private Counter refusals(String reason) {
        return Counter.builder("im.connections.refused")
                .description("Connections, requests and CONNECTs that were refused")
                .tag("reason", reason)
                .register(meters);
    }

    private Counter ends(CloseReason reason) {
        return Counter.builder("im.connections.closed")
                .description("Sessions that ended")
                .tag("reason", reason.tag())
                .register(meters);
    }
}
