package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.sequence.CatchUpRun.Reading;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
    public static final long UNKNOWN = -1;

    private static final long PAUSE_BETWEEN_READS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final RecentEvents window;
    private final EventOutlet outlet;
    private final SequenceMetrics metrics;
    private final StartGate gate = new StartGate();
    private final GapBuffer gapBuffer = new GapBuffer();
    private final long holdNanos;

    /** Everything up to here has been emitted, or is known not to exist. */
    private long delivered = UNKNOWN;

    /** Everything up to here is known to exist, by a message or by the log. */
    private long highestSeen = UNKNOWN;

    private long heartbeatHead = UNKNOWN;
    private @Nullable CatchUpRun catchUp;
    private long heldSinceNanos;
    private long missingSeq = UNKNOWN;
    private long lastRedeliveryReadNanos = System.nanoTime() - PAUSE_BETWEEN_READS_NANOS;

    /** @param hold time to wait for a missing seq from the broker before the log is read */
    EventSequence(RecentEvents window, EventOutlet outlet, Duration hold, SequenceMetrics metrics) {
        this.window = window;
        this.outlet = outlet;
        this.holdNanos = hold.toNanos();
        this.metrics = metrics;
    }

    /** Takes an event from the broker. */
    public void onEvent(RoomEvent event) {
        lock.lock();
        try {
            if (!event.isInLog()) {
                emit(event);
                return;
            }
            if (delivered == UNKNOWN) {
                beginAfter(LogOffset.unchecked(event.seq() - 1));
            }
            if (event.seq() <= delivered) {
                repeated(event);
            } else if (event.seq() == delivered + 1) {
                highestSeen = Math.max(highestSeen, event.seq());
                deliver(event);
                deliverBuffered();
                finishIfCaughtUp();
            } else {
                highestSeen = Math.max(highestSeen, event.seq());
                gapBuffer.add(event);
                holdForMissing();
            }
        } finally {
            lock.unlock();
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
            if (delivered == UNKNOWN) {
                beginAfter(head);
                finishIfCaughtUp();
            } else if (overdue > delivered) {
                highestSeen = Math.max(highestSeen, overdue);
                begin(CatchUpCause.HEARTBEAT_AHEAD);
            } else if (head.contradicts(window.tagAt(head.seq()))) {
                begin(CatchUpCause.CONFLICT);
            } else if (head.seq() < delivered && stuck) {
                // What this node delivered is not in the log, or not confirmed yet: only the log can tell.
                begin(CatchUpCause.HEARTBEAT_BEHIND);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts to read the log, unless that is already being done. */
    public void begin(CatchUpCause cause) {
        lock.lock();
        try {
            if (catchUp == null) {
                catchUp = new CatchUpRun(cause, delivered, System.nanoTime());
                changed.signalAll();
            } else if (cause.needsLog) {
                catchUp.readsRequested++;
            }
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
            gate.open(delivered != UNKNOWN || nothingWillBeMissed);
        } finally {
            lock.unlock();
        }
    }

    /** The broker was silent while clients may have been connected. */
    public void brokerWasAway() {
        lock.lock();
        try {
            if (delivered == UNKNOWN) {
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
            if (catchUp != null) {
                catchUp.readsCompleted = catchUp.readsRequested;
                finishIfCaughtUp();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the log must be read: at once when it was requested, after the hold when a seq is missing. */
    Reading awaitReading() throws InterruptedException {
        lock.lock();
        try {
            while (catchUp == null) {
                if (missingSeq == UNKNOWN) {
                    changed.await();
                    continue;
                }
                long left = heldSinceNanos + holdNanos - System.nanoTime();
                if (left <= 0) {
                    missingSeq = UNKNOWN;
                    metrics.gapRead();
                    begin(CatchUpCause.GAP);
                } else {
                    long unused = changed.awaitNanos(left);
                }
            }
            return new Reading(delivered, highestSeen, catchUp, catchUp.readsRequested);
        } finally {
            lock.unlock();
        }
    }

    void awaitStartOfSequence() throws InterruptedException {
        lock.lock();
        try {
            while (delivered == UNKNOWN) {
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
            CatchUpRun before = catchUp;
            boolean known = delivered != UNKNOWN;
            long remaining = nanos;
            while (remaining > 0 && catchUp == before && known == (delivered != UNKNOWN)) {
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the head that a starting node has read from the log: everything up to it counts as delivered. */
    void onHead(Reading reading, LogOffset head) {
        lock.lock();
        try {
            if (catchUp != reading.run()) {
                return;
            }
            if (delivered == UNKNOWN || !gate.isOpen()) {
                if (gate.isOpen()) {
                    gate.missedSomething();
                }
                if (head.seq() >= delivered) {
                    beginAfter(head);
                }
                deliverBuffered();
            }
            highestSeen = Math.max(highestSeen, head.seq());
            reading.run().readsCompleted = reading.read();
            finishIfCaughtUp();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a page of the log.
     *
     * @param reading what was known before the page was asked for
     * @param page everything of the log after {@code reading.after()}, up to a limit
     * @param last whether the log had nothing more than this page when it was read
     * @return false when the page continues a different history from the one that this node has delivered; nothing is
     *     taken then
     */
    boolean onPage(Reading reading, LogPage page, boolean last) {
        lock.lock();
        try {
            CatchUpRun run = catchUp;
            if (run == null || run != reading.run()) {
                return true;
            }
            if (page.head() < reading.after()
                    || new LogOffset(reading.after(), page.afterTag()).contradicts(window.tagAt(reading.after()))) {
                return false;
            }
            if (delivered < page.oldestSeq() - 1) {
                metrics.logTrimmed(delivered + 1, page.oldestSeq() - 1);
                delivered = page.oldestSeq() - 1;
                window.beginAfter(LogOffset.unchecked(delivered));
                outlet.resyncAll();
            }
            for (RoomEvent event : page.events()) {
                if (event.seq() > delivered) {
                    deliver(event);
                    run.delivered++;
                }
            }
            if (reading.highestSeen() > page.head()) {
                // An event gets its seq from the log before it is published: this message was forged.
                metrics.seqBeyondLog(reading.highestSeen(), page.head());
                if (highestSeen == reading.highestSeen()) {
                    highestSeen = page.head();
                }
                gapBuffer.clear();
            }
            if (last) {
                // What was known before the read and is not in it has been removed from the log.
                skipTo(Math.min(reading.highestSeen(), page.head()));
            }
            if (run.readsCompleted < reading.read()) {
                run.readsCompleted = reading.read();
                highestSeen = Math.max(highestSeen, page.head());
            }
            deliverBuffered();
            finishIfCaughtUp();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The log has a different history from the one that this node has delivered: the database failed over to a replica
     * that was behind, or was restored. Every client reconnects: what the new history has is delivered, and whoever
     * received events that are gone is told.
     *
     * @param agreed last event that both histories have, or null when it is older than the window
     * @param head head of the new history
     */
    void onHistoryChanged(Reading reading, @Nullable LogOffset agreed, LogOffset head) {
        lock.lock();
        try {
            CatchUpRun run = catchUp;
            if (run == null || run != reading.run()) {
                return;
            }
            metrics.historyChanged(delivered, agreed, head);
            gapBuffer.clear();
            missingSeq = UNKNOWN;
            if (agreed == null) {
                delivered = head.seq();
                window.beginAfter(head);
                run.readsCompleted = reading.read();
            } else {
                delivered = agreed.seq();
                window.cutAfter(agreed.seq());
            }
            highestSeen = head.seq();
            outlet.disconnectAll();
            finishIfCaughtUp();
        } finally {
            lock.unlock();
        }
    }

    /** Last seq delivered, or {@link #UNKNOWN}. */
    public long delivered() {
        lock.lock();
        try {
            return delivered;
        } finally {
            lock.unlock();
        }
    }

    public State state() {
        lock.lock();
        try {
            return new State(
                    delivered,
                    Math.max(highestSeen, delivered),
                    catchUp == null ? null : catchUp.cause,
                    catchUp == null ? 0 : System.nanoTime() - catchUp.startedNanos);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A seq that was delivered before. With another id it is a forged message, or the log has another history: the log
     * decides. Otherwise it is only a repeat; new events wait behind repeats in the queue, perhaps an outage's worth of
     * them, so the log is polled as long as repeats arrive.
     */
    private void repeated(RoomEvent event) {
        if (event.offset().contradicts(window.tagAt(event.seq()))) {
            metrics.conflict(event);
            begin(CatchUpCause.CONFLICT);
            return;
        }
        metrics.duplicate();
        pollLogDuringRedelivery();
    }

    private void pollLogDuringRedelivery() {
        if (System.nanoTime() - lastRedeliveryReadNanos > PAUSE_BETWEEN_READS_NANOS) {
            lastRedeliveryReadNanos = System.nanoTime();
            begin(CatchUpCause.REDELIVERY);
        }
    }

    /** Two replicas of follow-api publish independently, so a missing seq mostly arrives some milliseconds later. */
    private void holdForMissing() {
        if (catchUp == null && missingSeq != delivered + 1) {
            missingSeq = delivered + 1;
            heldSinceNanos = System.nanoTime();
            changed.signalAll();
        }
    }

    private void beginAfter(LogOffset offset) {
        delivered = offset.seq();
        highestSeen = Math.max(highestSeen, delivered);
        window.beginAfter(offset);
        changed.signalAll();
        if (gate.takeMissedSomething()) {
            outlet.resyncAll();
        }
    }

    private void skipTo(long seq) {
        if (seq > delivered) {
            delivered = seq;
            window.advanceTo(seq);
        }
    }

    private void deliver(RoomEvent event) {
        delivered = event.seq();
        window.append(event);
        emit(event);
    }

    private void emit(RoomEvent event) {
        outlet.emit(event);
    }

    private void deliverBuffered() {
        gapBuffer.drainAfter(delivered, this::deliver);
        if (missingSeq != UNKNOWN && delivered >= missingSeq) {
            missingSeq = UNKNOWN;
            metrics.gapClosed();
            if (delivered < highestSeen) {
                holdForMissing();
            }
        }
    }

    private void finishIfCaughtUp() {
        CatchUpRun run = catchUp;
        if (run == null || run.readsCompleted < run.readsRequested || delivered < highestSeen) {
            return;
        }
        metrics.caughtUp(run, delivered);
        gapBuffer.clear();
        catchUp = null;
        changed.signalAll();
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
