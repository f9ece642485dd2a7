package io.github.follownotify.im.events;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the events of the broker and of the log into one order: each seq once, none left out.
 *
 * <p>The package comment tells the model. Everything here happens under one lock and nothing here waits for anything
 * but that lock; the reading itself is {@link CatchUp}'s.
 */
final class EventSequence {

    static final long UNKNOWN = -1;

    private static final long PAUSE_BETWEEN_LOOKS_BACK_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long PAUSE_BETWEEN_LOOKS_AHEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Logger log = LoggerFactory.getLogger(EventSequence.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final RecentEvents window;
    private final Consumer<RoomEvent> emit;
    private final Runnable tellAllToReload;
    private final Runnable endAll;
    private final Counter duplicates;
    private final Counter beyondTheLog;
    private final Counter failedEmits;
    private final Counter reloads;
    private final Timer catchUps;

    /** Everything up to here has been delivered, or is known not to exist. */
    private long position = UNKNOWN;

    /** Everything up to here is known to exist, by a message or by the log. */
    private long highestSeen = UNKNOWN;

    private @Nullable CatchUpRun catchUp;
    private long lastLookBackNanos = System.nanoTime() - PAUSE_BETWEEN_LOOKS_BACK_NANOS;
    private long lastLookAheadNanos = System.nanoTime() - PAUSE_BETWEEN_LOOKS_AHEAD_NANOS;
    private boolean clientsLetIn;
    private boolean clientsMayLackEvents;
    private final Tail tail = new Tail();

    EventSequence(
            RecentEvents window,
            Consumer<RoomEvent> emit,
            Runnable tellAllToReload,
            Runnable endAll,
            MeterRegistry meters) {
        this.window = window;
        this.emit = emit;
        this.tellAllToReload = tellAllToReload;
        this.endAll = endAll;
        this.duplicates = dropped("duplicate", meters);
        this.beyondTheLog = dropped("beyond_the_log", meters);
        this.failedEmits = dropped("emit_failed", meters);
        this.reloads = Counter.builder("im.resyncs")
                .description("Times that all clients were told to reload, because events could not be had any more")
                .register(meters);
        this.catchUps = Timer.builder("im.catch.ups")
                .description("From the moment that something was missed until nothing was missing")
                .register(meters);
    }

    /** Takes an event as the broker brought it. */
    void onEvent(RoomEvent event) {
        lock.lock();
        try {
            if (!event.isInLog()) {
                emit(event);
                return;
            }
            if (position == UNKNOWN) {
                takePosition(event.seq() - 1);
            }
            if (event.seq() <= position) {
                duplicates.increment();
                lookAheadOfRepetitions();
            } else if (event.seq() == position + 1) {
                highestSeen = Math.max(highestSeen, event.seq());
                deliver(event);
                deliverTail();
                finishWhenWhole();
            } else {
                highestSeen = Math.max(highestSeen, event.seq());
                tail.add(event);
                begin(CatchUpCause.GAP);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what a heartbeat says.
     *
     * @param head everything up to it was published before the heartbeat
     * @param overdue everything up to it is in the log, and may or may not come from the broker
     */
    void onHeartbeat(long head, long overdue) {
        lock.lock();
        try {
            if (position == UNKNOWN) {
                takePosition(head);
                finishWhenWhole();
            } else if (overdue > position) {
                highestSeen = Math.max(highestSeen, overdue);
                begin(CatchUpCause.HEARTBEAT_AHEAD);
            } else if (head < position && System.nanoTime() - lastLookBackNanos > PAUSE_BETWEEN_LOOKS_BACK_NANOS) {
                // An old heartbeat, mostly. But a log that was restored from a backup shows itself only like this.
                lastLookBackNanos = System.nanoTime();
                begin(CatchUpCause.HEARTBEAT_BEHIND);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts to read the log, unless that is already being done. */
    void begin(CatchUpCause cause) {
        lock.lock();
        try {
            if (catchUp == null) {
                catchUp = new CatchUpRun(cause, position, System.nanoTime());
                changed.signalAll();
            } else if (cause.needsLog) {
                catchUp.looksWanted++;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * From now on clients are connected: what is committed from here on is owed to them.
     *
     * @param nothingWillBeMissed whether this node knows its place or already hears everything that is published
     */
    void letClientsIn(boolean nothingWillBeMissed) {
        lock.lock();
        try {
            clientsLetIn = true;
            clientsMayLackEvents = position == UNKNOWN && !nothingWillBeMissed;
        } finally {
            lock.unlock();
        }
    }

    /** The broker was not heard for a time in which clients may have been connected. */
    void brokerWasAway() {
        lock.lock();
        try {
            if (position == UNKNOWN && clientsLetIn) {
                clientsMayLackEvents = true;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives up a reading for which nothing but caution was the reason. */
    void goOnWithoutLog() {
        lock.lock();
        try {
            if (catchUp != null) {
                catchUp.looksDone = catchUp.looksWanted;
                finishWhenWhole();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the log has to be read. */
    CatchUpRun.Reading awaitReading() throws InterruptedException {
        lock.lock();
        try {
            while (catchUp == null) {
                changed.await();
            }
            return new CatchUpRun.Reading(position, highestSeen, catchUp, catchUp.looksWanted);
        } finally {
            lock.unlock();
        }
    }

    void awaitPosition() throws InterruptedException {
        lock.lock();
        try {
            while (position == UNKNOWN) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits, but not longer than until nothing is missing any more or the place in the log becomes known. */
    void awaitChange(long nanos) throws InterruptedException {
        lock.lock();
        try {
            CatchUpRun before = catchUp;
            boolean known = position != UNKNOWN;
            long remaining = nanos;
            while (remaining > 0 && catchUp == before && known == (position != UNKNOWN)) {
                remaining = changed.awaitNanos(remaining);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what a node that did not know its place learned from the log: everything up to the head is past. */
    void onHead(CatchUpRun.Reading reading, long head) {
        lock.lock();
        try {
            if (catchUp != reading.run()) {
                return;
            }
            if (position == UNKNOWN || !clientsLetIn) {
                clientsMayLackEvents |= clientsLetIn;
                takePosition(Math.max(position, head));
                deliverTail();
            }
            highestSeen = Math.max(highestSeen, head);
            reading.run().looksDone = reading.look();
            finishWhenWhole();
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
     */
    void onPage(CatchUpRun.Reading reading, LogPage page, boolean last) {
        lock.lock();
        try {
            CatchUpRun run = catchUp;
            if (run == null || run != reading.run()) {
                return;
            }
            if (page.head() < reading.after()) {
                run.looksDone = reading.look();
                beginAgainAt(page.head());
                return;
            }
            if (position < page.oldestSeq() - 1) {
                log.warn(
                        "event=log_trimmed from={} to={}: this node was away for longer than the log is kept",
                        position + 1,
                        page.oldestSeq() - 1);
                position = page.oldestSeq() - 1;
                window.beginAfter(position);
                tellAllToReload();
            }
            for (RoomEvent event : page.events()) {
                if (event.seq() > position) {
                    deliver(event);
                    run.delivered++;
                }
            }
            if (reading.highestSeen() > page.head()) {
                // The log gives a number before anyone publishes it: this one came from somebody else.
                log.warn("event=seq_beyond_log seq={} head={}", reading.highestSeen(), page.head());
                beyondTheLog.increment();
                if (highestSeen == reading.highestSeen()) {
                    highestSeen = page.head();
                }
                tail.clear();
            }
            if (last) {
                // What was known before the reading and is not in it has been removed from the log.
                skipTo(Math.min(reading.highestSeen(), page.head()));
            }
            if (run.looksDone < reading.look()) {
                run.looksDone = reading.look();
                highestSeen = Math.max(highestSeen, page.head());
            }
            deliverTail();
            finishWhenWhole();
        } finally {
            lock.unlock();
        }
    }

    /** Last seq delivered, or {@link #UNKNOWN}. */
    long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    State state() {
        lock.lock();
        try {
            return new State(
                    position,
                    Math.max(highestSeen, position),
                    catchUp == null ? null : catchUp.cause,
                    catchUp == null ? 0 : System.nanoTime() - catchUp.startedNanos);
        } finally {
            lock.unlock();
        }
    }

    /** What is new waits behind the repetitions in the queue, and there may be an outage's worth of them: the log has it now. */
    private void lookAheadOfRepetitions() {
        if (System.nanoTime() - lastLookAheadNanos > PAUSE_BETWEEN_LOOKS_AHEAD_NANOS) {
            lastLookAheadNanos = System.nanoTime();
            begin(CatchUpCause.REPETITION);
        }
    }

    private void takePosition(long seq) {
        position = seq;
        highestSeen = Math.max(highestSeen, seq);
        window.beginAfter(seq);
        changed.signalAll();
        if (clientsMayLackEvents) {
            clientsMayLackEvents = false;
            tellAllToReload();
        }
    }

    private void beginAgainAt(long head) {
        log.warn(
                "event=log_began_again position={} head={}: the log was restored or replaced, clients reconnect",
                position,
                head);
        tail.clear();
        position = head;
        highestSeen = head;
        window.beginAfter(head);
        // Each socket remembers what it got last and would take the new numbers for repetitions.
        reloads.increment();
        quietly(endAll);
        finishWhenWhole();
    }

    private void skipTo(long seq) {
        if (seq > position) {
            position = seq;
            window.advanceTo(seq);
        }
    }

    private void deliver(RoomEvent event) {
        position = event.seq();
        window.append(event);
        emit(event);
    }

    /** A recipient that cannot be served is nobody else's problem. */
    private void emit(RoomEvent event) {
        try {
            emit.accept(event);
        } catch (RuntimeException failure) {
            failedEmits.increment();
            log.error("event=emit_failed user={} seq={} id={}", event.userId(), event.seq(), event.id(), failure);
        }
    }

    private void tellAllToReload() {
        reloads.increment();
        quietly(tellAllToReload);
    }

    private static void quietly(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failure) {
            log.error("event=resync_failed", failure);
        }
    }

    private void deliverTail() {
        tail.drainAfter(position, this::deliver);
    }

    private void finishWhenWhole() {
        CatchUpRun run = catchUp;
        if (run == null || run.looksDone < run.looksWanted || position < highestSeen) {
            return;
        }
        long nanos = System.nanoTime() - run.startedNanos;
        if (run.cause.isRoutine) {
            log.debug("event=read_on cause={} to={} count={}", run.cause.text, position, run.delivered);
        } else if (run.delivered > 0 || !run.cause.needsLog) {
            catchUps.record(nanos, TimeUnit.NANOSECONDS);
            log.info(
                    "event=caught_up cause={} from={} to={} count={} ms={}",
                    run.cause.text,
                    run.from,
                    position,
                    run.delivered,
                    TimeUnit.NANOSECONDS.toMillis(nanos));
        }
        tail.clear();
        catchUp = null;
        changed.signalAll();
    }

    private static Counter dropped(String reason, MeterRegistry meters) {
        return Counter.builder("im.events.dropped")
                .description("Events that were not delivered, or not again")
                .tag("reason", reason)
                .register(meters);
    }

    /**
     * How it stands.
     *
     * @param position last seq delivered, or {@link #UNKNOWN}
     * @param highestSeen highest seq known to exist
     * @param cause why the log is being read, if it is
     * @param nanos how long that has been going on
     */
    record State(long position, long highestSeen, @Nullable CatchUpCause cause, long nanos) {

        /** Whether events are known that connected clients should have and do not have. */
        boolean lacksEvents() {
            return position < highestSeen;
        }
    }
}
