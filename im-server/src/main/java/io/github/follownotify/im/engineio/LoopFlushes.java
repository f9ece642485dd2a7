package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The sessions of one event loop that have something to send. A burst of events for many sessions wakes the loop up
 * once: a wake-up costs about as much as the write of a small event.
 */
final class LoopFlushes {

    /** Then the loop looks after its connections before it goes on. */
    private static final int AT_ONCE = 128;

    private final EventLoop loop;
    private final Queue<Session> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    LoopFlushes(EventLoop loop) {
        this.loop = loop;
    }

    /** Any thread. */
    void add(Session session) {
        waiting.add(session);
        schedule();
    }

    private void schedule() {
        // Read first: during a burst it is nearly always set already.
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            loop.execute(this::flush);
        }
    }

    private void flush() {
        try {
            Session next;
            for (int i = 0; i < AT_ONCE && (next = waiting.poll()) != null; i++) {
                next.flushAsScheduled();
            }
        } finally {
            scheduled.set(false);
            if (!waiting.isEmpty()) {
                schedule();
            }
        }
    }
}
