package io.github.follownotify.im.sequence;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Emits events in the order of their seq and knows up to where. The lock of {@link EventSequence} guards it. */
final class Delivery {

    /** No seq: this node does not know the head yet. */
    static final long UNKNOWN = -1;

    private final RecentEvents window;
    private final EventOutlet outlet;
    private final StartGate gate;
    private final Condition changed;
    private final GapBuffer gapBuffer = new GapBuffer();

    /** Everything up to here has been emitted, or is known not to exist. */
    private long delivered = UNKNOWN;

    /** Everything up to here is known to exist, by a message or by the log. */
    private long highestSeen = UNKNOWN;

    /** @param changed signalled when this node knows the head */
    Delivery(RecentEvents window, EventOutlet outlet, StartGate gate, Condition changed) {
        this.window = window;
        this.outlet = outlet;
        this.gate = gate;
        this.changed = changed;
    }

    long delivered() {
        return delivered;
    }

    long highestSeen() {
        return highestSeen;
    }

    boolean knowsHead() {
        return delivered != UNKNOWN;
    }

    /** Whether everything that is known to exist has been emitted. */
    boolean isComplete() {
        return delivered >= highestSeen;
    }

    /** Whether another event than this one is known to have its seq. */
    boolean contradicts(LogOffset offset) {
        return offset.contradicts(window.tagAt(offset.seq()));
    }

    /** Everything up to here counts as delivered. */
    void beginAfter(LogOffset offset) {
        delivered = offset.seq();
        saw(delivered);
        window.beginAfter(offset);
        changed.signalAll();
        if (gate.takeMissedSomething()) {
            outlet.resyncAll();
        }
    }

    void saw(long seq) {
        highestSeen = Math.max(highestSeen, seq);
    }

    /** Emits an event, which is the next one or known to follow on what was delivered. */
    void deliver(RoomEvent event) {
        delivered = event.seq();
        window.append(event);
        emit(event);
    }

    /** Emits an event and changes nothing. */
    void emit(RoomEvent event) {
        outlet.emit(event);
    }

    /** Keeps an event that arrived too early. */
    void keep(RoomEvent event) {
        gapBuffer.add(event);
    }

    /** Emits what was kept and now follows without a gap. */
    void deliverKept() {
        gapBuffer.drainAfter(delivered, this::deliver);
    }

    void forgetKept() {
        gapBuffer.clear();
    }

    /** The log holds nothing more up to this seq. */
    void skipTo(long seq) {
        if (seq > delivered) {
            delivered = seq;
            window.advanceTo(seq);
        }
    }

    /** The log no longer holds what lies between: clients may lack it. */
    void skipTrimmedTo(long seq) {
        delivered = seq;
        window.beginAfter(LogOffset.unchecked(seq));
        outlet.resyncAll();
    }

    /**
     * The log's head is below this seq, so the message that had it was forged. What has been seen since still counts.
     */
    void forged(long seq, long head) {
        if (highestSeen == seq) {
            highestSeen = head;
        }
        forgetKept();
    }

    /**
     * Goes back to the last event that the old and the new history have in common, or on to the new head.
     *
     * @param agreed null when it is older than the window
     */
    void changeHistory(@Nullable LogOffset agreed, LogOffset head) {
        forgetKept();
        if (agreed == null) {
            delivered = head.seq();
            window.beginAfter(head);
        } else {
            delivered = agreed.seq();
            window.cutAfter(agreed.seq());
        }
        highestSeen = head.seq();
        outlet.disconnectAll();
    }
}
