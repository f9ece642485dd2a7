package io.github.follownotify.im.engineio;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds a queue in packets and bytes. For any thread. */
public final class QueueBudget {

    /** The array element, the queue's node and the packet itself, about. */
    private static final int OVERHEAD_BYTES = 64;

    private final AtomicInteger packets = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final int maxPackets;
    private final long maxBytes;

    public QueueBudget(EngineSettings.Queue limits) {
        this.maxPackets = limits.packets();
        this.maxBytes = limits.bytes().toBytes();
    }

    /** @return false when the queue is full */
    public boolean tryTake(EnginePacket packet) {
        int taken = packets.incrementAndGet();
        if (bytes.addAndGet(cost(packet)) <= maxBytes && taken <= maxPackets) {
            return true;
        }
        giveBack(packet);
        return false;
    }

    public void giveBack(EnginePacket packet) {
        packets.decrementAndGet();
        bytes.addAndGet(-cost(packet));
    }

    private static long cost(EnginePacket packet) {
        return (long) packet.bytes().length + OVERHEAD_BYTES;
    }
}
