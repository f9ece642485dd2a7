package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.PacketSource;
import io.github.follownotify.im.engineio.QueueBudget;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The events queued for one device, bounded in bytes and packets. It lives as long as the device.
 *
 * <p>First the events that the client missed, then live ones. Live events are held back until the replay is sent, and
 * an event of the log is sent only when its seq is above all that were sent before: so each is sent once, in order,
 * however much the live queue and the replay overlap. The replay comes in parts, the next one when the client has taken
 * the previous one, so that it may be larger than memory.
 *
 * <p>{@link #offer} is for any thread. Everything else belongs to the session's event loop.
 */
final class EventQueue implements PacketSource {

    private final Queue<Waiting> live = new ConcurrentLinkedQueue<>();
    private final QueueBudget budget;
    private final Queue<EnginePacket> attachments = new ArrayDeque<>(1);

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
     * A queued event.
     *
     * @param attachments packets that follow it, with nothing in between
     * @param seq 0 when it is not in the log
     */
    record Waiting(EnginePacket packet, List<EnginePacket> attachments, long seq) {

        Waiting(EnginePacket packet, long seq) {
            this(packet, List.of(), seq);
        }
    }

    boolean offer(EnginePacket packet, long seq) {
        return offer(packet, List.of(), seq);
    }

    /** @return false when the queue is full and the event was not taken: then it must not be used any more */
    boolean offer(EnginePacket packet, List<EnginePacket> attachments, long seq) {
        if (!budget.tryTake(packet)) {
            return false;
        }
        for (EnginePacket attachment : attachments) {
            if (!budget.tryTake(attachment)) {
                return false;
            }
        }
        return live.add(new Waiting(packet, attachments, seq));
    }

    /**
     * Sends the replay, then what was held back.
     *
     * @param events in the order of their seq
     * @param after seq up to which the client has everything
     * @param more called when the client has taken these events and more must be sent before the live ones; it
     *     supplies them later, by another call of this method
     */
    void replay(Iterator<Waiting> events, long after, @Nullable Runnable more) {
        lastSeq = Math.max(lastSeq, after);
        missed = events;
        askForMore = more;
        holdsLive = more != null;
    }

    @Override
    public @Nullable EnginePacket peek() {
        EnginePacket attachment = attachments.peek();
        if (attachment != null) {
            return attachment;
        }
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
    public boolean isWithinMessage() {
        return !attachments.isEmpty();
    }

    @Override
    public void remove() {
        EnginePacket attachment = attachments.poll();
        if (attachment != null) {
            budget.giveBack(attachment);
            return;
        }
        Waiting taken = next;
        if (taken == null) {
            throw new IllegalStateException("peek returned nothing to remove");
        }
        lastSeq = Math.max(lastSeq, taken.seq());
        if (nextIsLive) {
            budget.giveBack(taken.packet());
        }
        attachments.addAll(taken.attachments());
        next = null;
    }
}
