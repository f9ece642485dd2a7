package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.PacketSource;
import io.github.follownotify.im.engineio.QueueBudget;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one device, bounded in bytes and packets. It lives and dies with the device.
 *
 * <p>First the events that the client missed, then live ones. Live events are held back until what was missed is out, and
 * an event of the log goes out only when its seq is above all that went out before: so each comes once, in order, whatever
 * the live queue and the replay have in common. What was missed comes in parts, the next one when the client has taken the
 * one before, so that it may be more than memory holds.
 *
 * <p>{@link #offer} is for any thread. Everything else belongs to the session's event loop.
 */
final class EventQueue implements PacketSource {

    private final Queue<Waiting> live = new ConcurrentLinkedQueue<>();
    private final QueueBudget budget;

    private @Nullable Iterator<Waiting> missed;
    private @Nullable Runnable askForMore;
    private @Nullable Waiting next;
    private boolean nextIsLive;
    private boolean holdsLive = true;
    private long lastSeq;

    EventQueue(QueueBudget budget) {
        this.budget = budget;
    }

    /**
     * An event that waits.
     *
     * @param seq 0 when it does not live in the log
     */
    record Waiting(EnginePacket packet, long seq) {}

    /** @return false when the queue is full and the event was not taken */
    boolean offer(EnginePacket packet, long seq) {
        return budget.tryTake(packet) && live.add(new Waiting(packet, seq));
    }

    /**
     * Sends what was missed, then what was held back.
     *
     * @param events in the order of their seq
     * @param after seq up to which the client has everything
     * @param more called when the client has taken these events and there are others to be sent before the live ones; it
     *     brings them later, by another call of this method
     */
    void replay(Iterator<Waiting> events, long after, @Nullable Runnable more) {
        lastSeq = Math.max(lastSeq, after);
        missed = events;
        askForMore = more;
        holdsLive = more != null;
    }

    @Override
    public @Nullable EnginePacket peek() {
        while (next == null) {
            Waiting candidate = nextMissed();
            nextIsLive = candidate == null;
            if (candidate == null && missed == null && !holdsLive) {
                candidate = live.poll();
            }
            if (candidate == null) {
                return null;
            }
            if (candidate.seq() == 0 || candidate.seq() > lastSeq) {
                next = candidate;
            } else if (nextIsLive) {
                budget.giveBack(candidate.packet());
            }
        }
        return next.packet();
    }

    private @Nullable Waiting nextMissed() {
        Iterator<Waiting> part = missed;
        if (part == null) {
            return null;
        }
        if (part.hasNext()) {
            return part.next();
        }
        missed = null;
        Runnable ask = askForMore;
        askForMore = null;
        if (ask != null) {
            ask.run();
        }
        return null;
    }

    @Override
    public void remove() {
        Waiting taken = next;
        if (taken == null) {
            throw new IllegalStateException("nothing was shown");
        }
        lastSeq = Math.max(lastSeq, taken.seq());
        if (nextIsLive) {
            budget.giveBack(taken.packet());
        }
        next = null;
    }
}
