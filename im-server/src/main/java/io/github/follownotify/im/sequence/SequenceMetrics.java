package io.github.follownotify.im.sequence;

import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators see of the sequence: counters, and a log line for each notable event. */
final class SequenceMetrics {

    private static final Logger log = LoggerFactory.getLogger(SequenceMetrics.class);

    private static final long PAUSE_BETWEEN_WARNINGS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Counter duplicates;
    private final Counter conflicts;
    private final Counter beyondTheLog;
    private final Counter failedEmits;
    private final Counter resyncs;
    private final Counter historyChanges;
    private final Counter gapsClosed;
    private final Counter gapsRead;
    private final Timer catchUps;
    private long lastConflictWarningNanos = System.nanoTime() - PAUSE_BETWEEN_WARNINGS_NANOS;

    SequenceMetrics(MeterRegistry meters) {
        this.duplicates = dropped("duplicate", meters);
        this.conflicts = dropped("conflict", meters);
        this.beyondTheLog = dropped("beyond_the_log", meters);
        this.failedEmits = dropped("emit_failed", meters);
        this.resyncs = Counter.builder("im.resyncs")
                .description(
                        "Times that all clients were told to resync or were disconnected to find out whether they have to")
                .register(meters);
        this.historyChanges = Counter.builder("im.log.history.changes")
                .description("Times that the log was found to have another history than the one delivered")
                .register(meters);
        this.gapsClosed = gaps("closed", meters);
        this.gapsRead = gaps("read", meters);
        this.catchUps = Timer.builder("im.catch.ups")
                .description("From the moment that something was missed until nothing was missing")
                .register(meters);
    }

    void duplicate() {
        duplicates.increment();
    }

    void conflict(RoomEvent event) {
        conflicts.increment();
        long now = System.nanoTime();
        if (now - lastConflictWarningNanos > PAUSE_BETWEEN_WARNINGS_NANOS) {
            lastConflictWarningNanos = now;
            log.warn(
                    "event=seq_conflict seq={} user={}: a message has a different id from the event delivered under its seq;"
                            + " the log decides. Does anything but follow-api publish with a seq?",
                    event.seq(),
                    event.userId());
        }
    }

    void seqBeyondLog(long seq, long head) {
        beyondTheLog.increment();
        log.warn("event=seq_beyond_log seq={} head={}", seq, head);
    }

    void logTrimmed(long from, long to) {
        log.warn(
                "event=log_trimmed from={} to={}: this node was out of touch for longer than the log is kept",
                from,
                to);
    }

    void historyChanged(long delivered, @Nullable LogOffset agreed, LogOffset head) {
        historyChanges.increment();
        log.warn(
                "event=history_changed delivered={} agreed={} head={}: the database failed over or was restored,"
                        + " clients reconnect",
                delivered,
                agreed,
                head);
    }

    void emitFailed() {
        failedEmits.increment();
    }

    void resync() {
        resyncs.increment();
    }

    /** A missing seq arrived from the broker within the hold. */
    void gapClosed() {
        gapsClosed.increment();
    }

    /** A missing seq did not arrive in time. */
    void gapRead() {
        gapsRead.increment();
    }

    void caughtUp(CatchUpRun run, long delivered) {
        long nanos = System.nanoTime() - run.startedNanos;
        if (run.cause.isRoutine) {
            log.debug("event=log_polled cause={} to={} count={}", run.cause.text, delivered, run.delivered);
        } else if (run.delivered > 0 || !run.cause.needsLog) {
            catchUps.record(nanos, TimeUnit.NANOSECONDS);
            log.info(
                    "event=caught_up cause={} from={} to={} count={} ms={}",
                    run.cause.text,
                    run.from,
                    delivered,
                    run.delivered,
                    TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private static Counter dropped(String reason, MeterRegistry meters) {
        return Counter.builder("im.events.dropped")
                .description("Events that were not delivered, or not again")
                .tag("reason", reason)
                .register(meters);
    }

    private static Counter gaps(String result, MeterRegistry meters) {
        return Counter.builder("im.events.gaps")
                .description("Missing numbers: closed by the broker within the hold, or read from the log")
                .tag("result", result)
                .register(meters);
    }
}
