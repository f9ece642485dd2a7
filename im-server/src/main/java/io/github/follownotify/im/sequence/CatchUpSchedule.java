package io.github.follownotify.im.sequence;

import io.github.follownotify.im.sequence.CatchUpRun.Reading;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** When the log has to be read, and when that is over. The lock of {@link EventSequence} guards it. */
final class CatchUpSchedule {

    private static final long PAUSE_BETWEEN_READS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Delivery delivery;
    private final SequenceMetrics metrics;
    private final Condition changed;
    private final long holdNanos;

    private @Nullable CatchUpRun catchUp;
    private long missingSeq = Delivery.UNKNOWN;
    private long heldSinceNanos;
    private long lastRedeliveryReadNanos = System.nanoTime() - PAUSE_BETWEEN_READS_NANOS;

    /**
     * @param hold time to wait for a missing seq from the broker before the log is read
     * @param changed signalled when reading has to begin or is over
     */
    CatchUpSchedule(Delivery delivery, Duration hold, SequenceMetrics metrics, Condition changed) {
        this.delivery = delivery;
        this.holdNanos = hold.toNanos();
        this.metrics = metrics;
        this.changed = changed;
    }

    @Nullable
    CatchUpRun current() {
        return catchUp;
    }

    /** Starts to read the log, unless that is already being done. */
    CatchUpRun begin(CatchUpCause cause) {
        CatchUpRun run = catchUp;
        if (run == null) {
            run = new CatchUpRun(cause, delivery.delivered(), System.nanoTime());
            catchUp = run;
            changed.signalAll();
        } else if (cause.needsLog) {
            run.readsRequested++;
        }
        return run;
    }

    /** Something contradicts what was delivered: nothing is delivered on top of it before the log has been read. */
    void doubt() {
        begin(CatchUpCause.CONFLICT).doubt();
    }

    boolean isInDoubt() {
        return catchUp != null && catchUp.isInDoubt();
    }

    /** New events wait behind repeats in the queue, perhaps an outage's worth of them. */
    void pollDuringRedelivery() {
        if (System.nanoTime() - lastRedeliveryReadNanos > PAUSE_BETWEEN_READS_NANOS) {
            lastRedeliveryReadNanos = System.nanoTime();
            begin(CatchUpCause.REDELIVERY);
        }
    }

    /** Two replicas of follow-api publish independently, so a missing seq mostly arrives some milliseconds later. */
    void holdForMissing() {
        if (catchUp == null && missingSeq != delivery.delivered() + 1) {
            missingSeq = delivery.delivered() + 1;
            heldSinceNanos = System.nanoTime();
            changed.signalAll();
        }
    }

    /** Something was delivered: perhaps what was missing. */
    void onDelivered() {
        if (missingSeq != Delivery.UNKNOWN && delivery.delivered() >= missingSeq) {
            missingSeq = Delivery.UNKNOWN;
            metrics.gapClosed();
            if (!delivery.isComplete()) {
                holdForMissing();
            }
        }
        finishIfCaughtUp();
    }

    void forgetMissing() {
        missingSeq = Delivery.UNKNOWN;
    }

    /** Waits until the log must be read: at once when it was requested, after the hold when a seq is missing. */
    Reading awaitReading() throws InterruptedException {
        while (catchUp == null) {
            if (missingSeq == Delivery.UNKNOWN) {
                changed.await();
                continue;
            }
            long left = heldSinceNanos + holdNanos - System.nanoTime();
            if (left <= 0) {
                missingSeq = Delivery.UNKNOWN;
                metrics.gapRead();
                begin(CatchUpCause.GAP);
            } else {
                long unused = changed.awaitNanos(left);
            }
        }
        return new Reading(delivery.delivered(), delivery.highestSeen(), catchUp, catchUp.readsRequested);
    }

    /** Abandons a read that was only a precaution. */
    void goOnWithoutLog() {
        if (catchUp != null) {
            catchUp.completed(catchUp.readsRequested);
            finishIfCaughtUp();
        }
    }

    void finishIfCaughtUp() {
        CatchUpRun run = catchUp;
        if (run == null || run.readsCompleted < run.readsRequested || !delivery.isComplete()) {
            return;
        }
        metrics.caughtUp(run, delivery.delivered());
        delivery.forgetKept();
        catchUp = null;
        changed.signalAll();
    }
}
