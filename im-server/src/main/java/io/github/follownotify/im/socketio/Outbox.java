package io.github.follownotify.im.socketio;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client, bounded in bytes and packets.
 *
 * <p>Three sources in this order: the protocol's own packets; the events the client missed; live events. Live events are
 * held back until what was missed is out, and an event of the log is let out only when its seq is above all that were let
 * out before: so each comes once, in order, whatever the live queue and the replay have in common. What was missed comes in
 * parts, the next one when the client has taken the one before, so that it may be more than memory holds.
 *
 * <p>{@link #offerLive} is for any thread. Everything else belongs to the session's event loop.
 */
final class Outbox {

    /** The array element, the queue's node and the packet itself, about. */
    private static final int OVERHEAD_BYTES = 64;

    private final Queue<Outbound> live = new ConcurrentLinkedQueue<>();
    private final Queue<Outbound> control = new ArrayDeque<>(2);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger waitingPackets = new AtomicInteger();
    private final long maxBytes;
    private final int maxPackets;

    private @Nullable Iterator<Outbound> missed;
    private @Nullable Runnable askForMore;
    private @Nullable Outbound next;
    private boolean nextIsControl;
    private boolean nextIsCounted;
    private boolean holdsLive;
    private long lastSeq;

    Outbox(SocketSettings.Queue limits) {
        this.maxBytes = limits.bytes().toBytes();
        this.maxPackets = limits.packets();
    }

    /** @return false when more would wait than may, and the packet was not taken */
    boolean offerLive(Outbound packet) {
        if (!reserve(packet)) {
            return false;
        }
        live.add(packet);
        return true;
    }

    /** @return false when more would wait than may, and the packet was not taken */
    boolean offerControl(Outbound packet) {
        if (!reserve(packet)) {
            return false;
        }
        control.add(packet);
        return true;
    }

    /** Makes room for another user's events, and holds them back. */
    void begin() {
        dropEvents();
        lastSeq = 0;
    }

    /**
     * Lets out what was missed, then what was held back.
     *
     * @param events in the order of their seq
     * @param after seq up to which the client has everything
     * @param more called when the client has taken these events and there are others to be let out before the live ones;
     *     it brings them later, by another call of this method
     */
    void replay(Iterator<Outbound> events, long after, @Nullable Runnable more) {
        lastSeq = Math.max(lastSeq, after);
        missed = events;
        askForMore = more;
        holdsLive = more != null;
    }

    void releaseLive() {
        holdsLive = false;
    }

    /** Keeps only the protocol's own packets and holds back what still comes, for a socket that is about to end. */
    void dropEvents() {
        holdsLive = true;
        missed = null;
        askForMore = null;
        if (next != null && !nextIsControl) {
            remove();
        }
        live.clear();
    }

    @Nullable
    Outbound peek() {
        while (next == null) {
            Outbound candidate = control.poll();
            boolean isControl = candidate != null;
            boolean counted = true;
            if (candidate == null && missed != null) {
                if (missed.hasNext()) {
                    candidate = missed.next();
                    counted = false;
                } else {
                    missed = null;
                    Runnable ask = askForMore;
                    askForMore = null;
                    if (ask != null) {
                        ask.run();
                    }
                }
            }
            if (candidate == null && missed == null && !holdsLive) {
                candidate = live.poll();
            }
            if (candidate == null) {
                return null;
            }
            if (candidate.seq() != 0 && candidate.seq() <= lastSeq) {
                if (counted) {
                    release(candidate);
                }
                continue;
            }
            next = candidate;
            nextIsControl = isControl;
            nextIsCounted = counted;
        }
        return next;
    }

    /** Takes out what {@link #peek} showed. */
    void remove() {
        Outbound taken = next;
        if (taken == null) {
            throw new IllegalStateException("nothing was shown");
        }
        lastSeq = Math.max(lastSeq, taken.seq());
        if (nextIsCounted) {
            release(taken);
        }
        next = null;
    }

    private boolean reserve(Outbound packet) {
        int size = packet.bytes().length + OVERHEAD_BYTES;
        if (waitingPackets.incrementAndGet() <= maxPackets && waitingBytes.addAndGet(size) <= maxBytes) {
            return true;
        }
        return false;
    }

    private void release(Outbound packet) {
        waitingPackets.decrementAndGet();
        waitingBytes.addAndGet(-(packet.bytes().length + OVERHEAD_BYTES));
    }
}
