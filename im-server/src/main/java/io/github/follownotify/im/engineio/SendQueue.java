package io.github.follownotify.im.engineio;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The packets queued for one client: the session's own packets first, then those of a {@link PacketSource}. Home only.
 */
final class SendQueue {

    private final Queue<EnginePacket> own = new ArrayDeque<>(2);
    private final QueueBudget budget;
    private @Nullable PacketSource source;
    private boolean shownIsOwn;

    SendQueue(QueueBudget budget) {
        this.budget = budget;
    }

    /** @return false when the queue is full and the packet was not taken */
    boolean offer(EnginePacket packet) {
        return budget.tryTake(packet) && own.add(packet);
    }

    void attach(PacketSource packets) {
        source = packets;
    }

    /** Only the session's own packets go out from here on. */
    void detach() {
        source = null;
    }

    void detach(PacketSource packets) {
        if (source == packets) {
            source = null;
        }
    }

    @Nullable
    EnginePacket peek() {
        EnginePacket next = source != null && source.isWithinMessage() ? null : own.peek();
        shownIsOwn = next != null;
        return next != null || source == null ? next : source.peek();
    }

    /** Removes what {@link #peek} returned. */
    void remove() {
        if (shownIsOwn) {
            budget.giveBack(own.remove());
        } else if (source != null) {
            source.remove();
        }
    }
}
