package io.github.follownotify.im.sequence;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Merges the events of the broker and of the log into one order: each seq once, none left out.
 *
 * <p>The package comment describes the model. Everything here happens under one lock, and nothing here waits for
 * anything but that lock; {@link CatchUp} does the reading.
 */
public final class EventSequence {

    /** The delivered seq of a node that does not know the head yet. */
    public static final long UNKNOWN = Delivery.UNKNOWN;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final SequenceMetrics metrics;
    private final StartGate gate = new StartGate();
    private final Delivery delivery;
    private final CatchUpSchedule schedule;
    private final LogAnswers answers;
    private long heartbeatHead = UNKNOWN;

    /** @param hold time to wait for a missing seq from the broker before the log is read */
    EventSequence(RecentEvents window, EventOutlet outlet, Duration hold, SequenceMetrics metrics) {
        this.metrics = metrics;
        this.delivery = new Delivery(window, outlet, gate, changed);
        this.schedule = new CatchUpSchedule(delivery, hold, metrics, changed);
        this.answers = new LogAnswers(lock, delivery, schedule, gate, metrics);
    }

    /** The log's side of the sequence; the broker's is here. */
    LogAnswers answers() {
        return answers;
    }

    /** Takes an event from the broker. */
    public void onEvent(RoomEvent event) {
        lock.lock();
        try {
            if (!event.isInLog()) {
                delivery.emit(event);
                return;
            }
            if (!delivery.knowsHead()) {
                delivery.beginAfter(LogOffset.unchecked(event.seq() - 1));
            }
            if (event.seq() <= delivery.delivered()) {
                repeated(event);
            } else if (event.seq() == delivery.delivered() + 1 && !schedule.isInDoubt()) {
                delivery.saw(event.seq());
                delivery.deliver(event);
                delivery.deliverKept();
                schedule.onDelivered();
            } else {
                delivery.saw(event.seq());
                delivery.keep(event);
                schedule.holdForMissing();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A seq that was delivered before. With another id it is a forged message, or the log has another history: the log
     * decides.
     */
    private void repeated(RoomEvent event) {
        if (delivery.contradicts(event.offset())) {
            metrics.conflict(event);
            schedule.doubt();
        } else {
            metrics.duplicate();
            schedule.pollDuringRedelivery();
        }
    }

    /**
     * Takes a heartbeat.
     *
     * @param head a published event, and all before it were published, too
     * @param overdue everything up to it is in the log, and may or may not come from the broker
     */
    public void onHeartbeat(LogOffset head, long overdue) {
        lock.lock();
        try {
            boolean stuck = head.seq() <= heartbeatHead;
            heartbeatHead = head.seq();
            if (!delivery.knowsHead()) {
                delivery.beginAfter(head);
                schedule.finishIfCaughtUp();
            } else if (overdue > delivery.delivered()) {
                delivery.saw(overdue);
                schedule.begin(CatchUpCause.HEARTBEAT_AHEAD);
            } else if (delivery.contradicts(head)) {
                schedule.doubt();
            } else if (head.seq() < delivery.delivered() && stuck) {
                // What this node delivered is not in the log, or not confirmed yet: only the log can tell.
                schedule.begin(CatchUpCause.HEARTBEAT_BEHIND);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts to read the log, unless that is already being done. */
    public void begin(CatchUpCause cause) {
        lock.lock();
        try {
            schedule.begin(cause);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Compares what was delivered with the log.
     *
     * @return a future that completes when a read of the log that begins after this call has either confirmed the
     *     history that the window holds or replaced it; not while the log cannot be read
     */
    CompletableFuture<Void> compareWithLog() {
        lock.lock();
        try {
            return delivery.knowsHead()
                    ? schedule.begin(CatchUpCause.COMPARISON).requestedReads()
                    : CompletableFuture.completedFuture(null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * From now on clients are connected: what is committed from here on is owed to them.
     *
     * @param nothingWillBeMissed whether this node knows the head or already receives everything that is published
     */
    public void openGate(boolean nothingWillBeMissed) {
        lock.lock();
        try {
            gate.open(delivery.knowsHead() || nothingWillBeMissed);
        } finally {
            lock.unlock();
        }
    }

    /** The broker was silent while clients may have been connected. */
    public void brokerWasAway() {
        lock.lock();
        try {
            if (!delivery.knowsHead()) {
                gate.missedSomething();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Abandons a read that was only a precaution. */
    public void goOnWithoutLog() {
        lock.lock();
        try {
            schedule.goOnWithoutLog();
        } finally {
            lock.unlock();
        }
    }

    void awaitStartOfSequence() throws InterruptedException {
        lock.lock();
        try {
            while (!delivery.knowsHead()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits, but no longer than until nothing is missing or this node knows the head. */
    public void awaitChange(long nanos) throws InterruptedException {
        lock.lock();
        try {
            CatchUpRun before = schedule.current();
            boolean known = delivery.knowsHead();
            long remaining = nanos;
            while (remaining > 0 && schedule.current() == before && known == delivery.knowsHead()) {
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Last seq delivered, or {@link #UNKNOWN}. */
    public long delivered() {
        lock.lock();
        try {
            return delivery.delivered();
        } finally {
            lock.unlock();
        }
    }

    public State state() {
        lock.lock();
        try {
            CatchUpRun run = schedule.current();
            return new State(
                    delivery.delivered(),
                    Math.max(delivery.highestSeen(), delivery.delivered()),
                    run == null ? null : run.cause,
                    run == null ? 0 : System.nanoTime() - run.startedNanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The state of the sequence.
     *
     * @param delivered last seq delivered, or {@link #UNKNOWN}
     * @param highestSeen highest seq known to exist
     * @param cause why the log is being read, if it is
     * @param nanos how long it has been read
     */
    public record State(
            long delivered, long highestSeen, @Nullable CatchUpCause cause, long nanos) {

        /** Whether connected clients should have events that they do not have, and it is more than brief reordering. */
        public boolean lacksEvents() {
            return cause != null && delivered < highestSeen;
        }
    }
}
