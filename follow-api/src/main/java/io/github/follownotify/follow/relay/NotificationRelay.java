package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.notification.EventsCommitted;
import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.publishing.Outage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;

/**
 * Hands committed events to the publisher, and does the rest on a thread of its own: saves what the broker has
 * confirmed, sends heartbeats, and republishes what was not confirmed. The package comment explains how.
 */
class NotificationRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NotificationRelay.class);

    /** Below the log writer's phase, so that it starts before the first event is committed and stops after the last. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private static final Duration PAUSE_BETWEEN_HEARTBEATS = Duration.ofMillis(500);

    private final RelayTable table;
    private final EventPublisher publisher;
    private final Confirms confirms;
    private final Republisher republisher;
    private final RelayMetrics metrics;
    private final RelaySettings settings;
    private final FailPoints failPoints;
    private volatile @Nullable Running running;

    // The fields below belong to the relay's own thread.
    private final Outage outage;
    private long nextHeartbeat = System.nanoTime();
    private long lastSeqAtHeartbeat;

    NotificationRelay(
            RelayTable table,
            EventPublisher publisher,
            Confirms confirms,
            RelayMetrics metrics,
            RelaySettings settings,
            FailPoints failPoints) {
        this.table = table;
        this.publisher = publisher;
        this.confirms = confirms;
        this.republisher = new Republisher(table, publisher, confirms, settings);
        this.metrics = metrics;
        this.settings = settings;
        this.failPoints = failPoints;
        this.outage = new Outage(settings.maximumBackoff());
    }

    /** Called on the writer's thread. */
    @EventListener
    void publish(EventsCommitted committed) {
        failPoints.reached(FailPoint.AFTER_COMMIT);
        publisher.offer(messages(committed.events(), settings));
    }

    @Override
    public void start() {
        CountDownLatch stopping = new CountDownLatch(1);
        Thread thread = new Thread(() -> run(stopping), "notification-relay");
        thread.setDaemon(true);
        running = new Running(thread, stopping);
        publisher.start();
        thread.start();
    }

    @Override
    public void stop() {
        Running stopped = running;
        if (stopped == null) {
            return;
        }
        publisher.stop();
        stopped.stopping().countDown();
        try {
            stopped.thread().join(settings.shutdownTimeout().toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        running = null;
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    static List<EventMessage> messages(List<LoggedEvent> events, RelaySettings settings) {
        return events.stream()
                .map(event -> EventMessage.of(event, settings.persistentEvents()))
                .toList();
    }

    private void run(CountDownLatch stopping) {
        boolean stopped = false;
        while (!stopped) {
            Duration pause = settings.confirmInterval();
            try {
                round();
                succeeded();
            } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
                // If one error ended the relay, nobody would save this process's confirms.
                pause = failed(failure);
            }
            try {
                stopped = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                stopped = true;
            }
        }
        try {
            writeDownConfirms();
            republisher.stop();
        } catch (RuntimeException unavailable) {
            log.debug("event=last_confirms_not_written", unavailable);
        }
    }

    private void round() {
        writeDownConfirms();
        if (System.nanoTime() - nextHeartbeat >= 0) {
            nextHeartbeat = System.nanoTime() + PAUSE_BETWEEN_HEARTBEATS.toNanos();
            RelayTable.Head head = table.head();
            republisher.observe(head);
            // A replica that cannot publish leaves the heartbeat to another.
            if (publisher.isWorking() && table.claimHeartbeat()) {
                sendHeartbeat(head);
            }
        }
        republisher.publishWhatIsMissing();
    }

    private void writeDownConfirms() {
        Confirms.Taken taken = confirms.take();
        if (taken.isEmpty()) {
            return;
        }
        failPoints.reached(FailPoint.AFTER_CONFIRM);
        boolean written = false;
        try {
            if (taken.last() != null && !table.holds(taken.last())) {
                log.warn(
                        "event=history_changed seq={} id={}: the database lost events that were committed, forgetting their confirms",
                        taken.last().seq(),
                        taken.last().id());
            } else {
                republisher.confirmed(table.confirm(taken.ranges()));
            }
            written = true;
        } finally {
            if (!written) {
                confirms.giveBack(taken);
            }
        }
    }

    private void sendHeartbeat(RelayTable.Head head) {
        // Numbered an interval ago and not yet confirmed: its replica has stalled, or the broker is not answering.
        publisher.offer(List.of(EventMessage.heartbeat(
                head.confirmedSeq(),
                table.event(head.confirmedSeq()).map(LoggedEvent::id).orElse(null),
                Math.min(lastSeqAtHeartbeat, head.lastSeq()))));
        lastSeqAtHeartbeat = head.lastSeq();
    }

    private void succeeded() {
        if (outage.end()) {
            log.info("event=relay_recovered");
        }
    }

    private Duration failed(Throwable failure) {
        metrics.failed(failure instanceof org.springframework.core.NestedRuntimeException ? "database" : "internal");
        if (outage.begin()) {
            // Logged once per outage; the metric counts the rest.
            log.warn(
                    "event=relay_failed cause=\"{}\"",
                    NestedExceptionUtils.getMostSpecificCause(failure).toString());
        }
        log.debug("event=relay_failed", failure);
        return outage.pause();
    }

    private record Running(Thread thread, CountDownLatch stopping) {}
}
