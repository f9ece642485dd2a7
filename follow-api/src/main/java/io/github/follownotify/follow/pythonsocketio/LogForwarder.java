package io.github.follownotify.follow.pythonsocketio;

import io.github.follownotify.follow.notification.EventsCommitted;
import io.github.follownotify.follow.publishing.Outage;
import io.github.follownotify.follow.pythonsocketio.DestinationMetrics.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;

/** Takes the log to one destination, on a thread of its own. The package comment says what it promises. */
final class LogForwarder implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LogForwarder.class);

    /** Before the log's writer: a destination that is new gets everything that is committed from here on. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private static final long STOP_MILLIS = 6_000;

    private final String destination;
    private final DestinationTable table;
    private final DestinationFeed feed;
    private final DestinationMetrics metrics;
    private @Nullable Thread thread;
    private boolean stopping;
    private boolean committed;

    /** Belongs to the thread. */
    private final Outage failing = new Outage(DestinationFeed.LONGEST_PAUSE);

    LogForwarder(DestinationTable table, Destination destination, RoomType rooms, DestinationMetrics metrics) {
        this.destination = destination.name();
        this.table = table;
        this.feed = new DestinationFeed(table, destination, rooms, metrics);
        this.metrics = metrics;
    }

    /** Called on the writer's thread. */
    @EventListener(EventsCommitted.class)
    synchronized void wake() {
        committed = true;
        notifyAll();
    }

    @Override
    public synchronized void start() {
        try {
            table.begin();
        } catch (RuntimeException unavailable) {
            // The thread tries again.
            log.debug("event=destination_not_begun destination={}", destination, unavailable);
        }
        stopping = false;
        Thread started = new Thread(this::run, "python-socketio-" + destination);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    @Override
    public void stop() {
        Thread stopped;
        synchronized (this) {
            stopped = thread;
            stopping = true;
            thread = null;
            notifyAll();
        }
        if (stopped == null) {
            return;
        }
        try {
            stopped.join(STOP_MILLIS);
            if (stopped.isAlive()) {
                stopped.interrupt();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void run() {
        try {
            while (!pause(round())) {
                // the work is in the condition
            }
        } catch (InterruptedException hurried) {
            log.debug("event=forwarder_interrupted destination={}", destination);
        }
        feed.stop();
    }

    /** @return how long to wait before the next round */
    private Duration round() throws InterruptedException {
        try {
            Duration pause = feed.round();
            if (failing.end()) {
                log.info("event=destination_works_again destination={}", destination);
            }
            return pause;
        } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
            // If one error ended the thread, the destination would get nothing until the next start.
            metrics.failed(failure instanceof NestedRuntimeException ? Failure.DATABASE : Failure.INTERNAL);
            feed.interrupted();
            if (failing.begin()) {
                log.warn(
                        "event=destination_failed destination={} cause=\"{}\"",
                        destination,
                        NestedExceptionUtils.getMostSpecificCause(failure).toString());
            }
            log.debug("event=destination_failed destination={}", destination, failure);
            return failing.pause();
        }
    }

    /** @return whether to stop */
    private synchronized boolean pause(Duration longest) throws InterruptedException {
        boolean endedByCommit = longest.equals(DestinationFeed.POLL);
        long deadline = System.nanoTime() + longest.toNanos();
        for (long nanos = longest.toNanos(); nanos > 0; nanos = deadline - System.nanoTime()) {
            if (stopping || (endedByCommit && committed)) {
                break;
            }
            wait(nanos / 1_000_000 + 1);
        }
        committed = false;
        return stopping;
    }
}
