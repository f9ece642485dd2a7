package io.github.follownotify.follow.notification;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;

/**
 * Fails changes that are not answered in time. One thread checks them all ten times a second. A timed wait would cost
 * each caller a timer, and with virtual threads two wake-ups of the timer thread.
 */
final class Deadline {

    private static final Logger log = LoggerFactory.getLogger(Deadline.class);

    private static final long TICK_MILLIS = 100;

    private final Duration limit;

    /** In the order in which they began to wait, so that the first one is the next to be late. */
    private final Queue<WaitingChange<?>> waiting = new ConcurrentLinkedQueue<>();

    private @Nullable ScheduledExecutorService clock;

    Deadline(Duration limit) {
        this.limit = limit;
    }

    void watch(WaitingChange<?> change) {
        waiting.add(change);
    }

    void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "log-writer-deadline");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused =
                started.scheduleWithFixedDelay(this::check, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        clock = started;
    }

    /** Fails whatever is not answered by now. */
    void stop() {
        ScheduledExecutorService started = clock;
        clock = null;
        if (started != null) {
            started.shutdownNow();
        }
        for (WaitingChange<?> change = waiting.poll(); change != null; change = waiting.poll()) {
            change.fail(new TransientDataAccessResourceException("the service is stopping"));
        }
    }

    private void check() {
        try {
            failLate();
        } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
            // If one error ended the checks, callers would wait forever.
            log.error("event=deadline_check_failed", failure);
        }
    }

    private void failLate() {
        long now = System.nanoTime();
        for (WaitingChange<?> first = waiting.peek();
                first != null && (first.isAnswered() || now - first.sinceNanos() > limit.toNanos());
                first = waiting.peek()) {
            first.fail(new TransientDataAccessResourceException("the change was not saved in time"));
            waiting.remove(first);
        }
    }
}
