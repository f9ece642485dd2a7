package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.notification.NotificationAppended;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** The thread that takes committed notifications to the broker. The package's own comment tells how. */
class NotificationRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(NotificationRelay.class);

    /** Below the web server's phase, so that it starts before the first request and stops after the last. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(50);
    private static final Duration SHORTEST_WAIT_FOR_ANOTHER = Duration.ofMillis(2);
    private static final Duration LONGEST_WAIT_FOR_ANOTHER = Duration.ofMillis(100);

    private final RelayLog relayLog;
    private final EventPublisher publisher;
    private final RelayMetrics metrics;
    private final RelaySettings settings;
    private final FailPoints failPoints;
    private final NumberingAhead numberingAhead;

    private final Semaphore wakeUps = new Semaphore(0);
    private volatile @Nullable Running running;

    // Only the relay's own thread touches the rest.
    private int failuresInARow;
    private boolean brokerAway;
    private long nextHeartbeat = System.nanoTime();
    private long lastSeqAtHeartbeat;
    private Duration waitForAnother = SHORTEST_WAIT_FOR_ANOTHER;

    NotificationRelay(
            RelayLog relayLog,
            EventPublisher publisher,
            RelayMetrics metrics,
            RelaySettings settings,
            FailPoints failPoints) {
        this.relayLog = relayLog;
        this.publisher = publisher;
        this.metrics = metrics;
        this.settings = settings;
        this.failPoints = failPoints;
        this.numberingAhead = new NumberingAhead(relayLog);
    }

    /** Called by the thread that committed; a permit says "something waits", so more than one says nothing more. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void wake(NotificationAppended appended) {
        failPoints.reached(FailPoint.AFTER_COMMIT);
        if (wakeUps.availablePermits() == 0) {
            wakeUps.release();
        }
    }

    @Override
    public void start() {
        CountDownLatch stopping = new CountDownLatch(1);
        Thread thread = new Thread(() -> run(stopping), "notification-relay");
        thread.setDaemon(true);
        running = new Running(thread, stopping);
        numberingAhead.start();
        thread.start();
    }

    /** Publishes what is already committed, unless that takes too long or the broker can't be reached: it is in the log. */
    @Override
    public void stop() {
        Running stopped = running;
        if (stopped == null) {
            return;
        }
        stopped.stopping().countDown();
        wakeUps.release();
        try {
            stopped.thread().join(settings.shutdownTimeout().toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (stopped.thread().isAlive()) {
            log.warn("relay did not finish in time, another replica or the next start goes on");
        }
        numberingAhead.stop();
        running = null;
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    /** Whether the thread is there: only an error that nothing can be done about ends it without a stop. */
    boolean isAlive() {
        Running now = running;
        return now != null && now.thread().isAlive();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void run(CountDownLatch stopping) {
        boolean woken = true;
        while (true) {
            boolean lastRound = stopping.getCount() == 0;
            Duration pause = null;
            try {
                pause = round(woken);
                succeeded();
            } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
                // A relay that ended with one bad moment of its JVM would leave a process that accepts and never
                // delivers.
                failed(failure);
            }
            if (lastRound) {
                return;
            }
            woken = pause == null ? backOff(stopping) : sleep(pause, stopping);
        }
    }

    /** @return how long to sleep when nobody wakes the relay */
    private Duration round(boolean woken) {
        if (System.nanoTime() - nextHeartbeat >= 0) {
            relayLog.claimHeartbeat().ifPresent(this::publishHeartbeat);
            nextHeartbeat = System.nanoTime() + settings.pollInterval().toNanos();
        }
        if (!woken && !relayLog.isAnythingWaiting()) {
            return settings.pollInterval();
        }
        Turn turn = relayLog.begin();
        while (turn instanceof Turn.Batch batch) {
            waitForAnother = SHORTEST_WAIT_FOR_ANOTHER;
            turn = publish(batch);
        }
        if (turn instanceof Turn.Rest) {
            return settings.pollInterval();
        }
        if (turn instanceof Turn.Lost) {
            metrics.failed("lease-lost");
        }
        // What was just committed here is delivered in milliseconds also when another replica is at work right now.
        Duration pause = waitForAnother;
        waitForAnother = shorter(waitForAnother.multipliedBy(2), LONGEST_WAIT_FOR_ANOTHER);
        return pause;
    }

    private Turn publish(Turn.Batch batch) {
        failPoints.reached(FailPoint.AFTER_NUMBERING);
        numberingAhead.relayWaits();
        try {
            publisher.publish(batch.events());
        } catch (PublishingFailedException failure) {
            metrics.published(failure.confirmed());
            relayLog.failed(batch, failure.confirmed());
            throw failure;
        } finally {
            numberingAhead.relayGoesOn();
        }
        failPoints.reached(FailPoint.AFTER_CONFIRM);
        brokerAway = false;
        metrics.published(batch.events().size());
        return relayLog.confirmed(batch);
    }

    private void publishHeartbeat(RelayLog.Head head) {
        numberingAhead.relayWaits();
        try {
            // What had a number an interval ago: its owner has stalled, or the broker does not answer it.
            publisher.publishHeartbeat(head, lastSeqAtHeartbeat);
        } finally {
            numberingAhead.relayGoesOn();
        }
        lastSeqAtHeartbeat = head.lastSeq();
        brokerAway = false;
    }

    /** A round that had nothing to publish says nothing about a broker that was away before. */
    private void succeeded() {
        if (failuresInARow > 0 && !brokerAway) {
            log.info("relay works again failures={}", failuresInARow);
            failuresInARow = 0;
        }
    }

    private void failed(Throwable failure) {
        failuresInARow++;
        brokerAway |= failure instanceof PublishingFailedException;
        metrics.failed(reason(failure));
        if (failuresInARow == 1) {
            // Once per outage: the metric counts the rest.
            log.warn(
                    "relay failed, notifications wait in the log cause={}",
                    NestedExceptionUtils.getMostSpecificCause(failure).toString());
        }
        log.debug("relay failed failures={}", failuresInARow, failure);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof PublishingFailedException publishing) {
            return publishing.reason();
        }
        return failure instanceof NestedRuntimeException ? "database" : "internal";
    }

    /** A wake-up does not shorten it: while the broker is gone, follows would try to connect as often as they come. */
    private boolean backOff(CountDownLatch stopping) {
        long longest = Math.min(
                settings.maximumBackoff().toMillis(), SHORTEST_BACKOFF.toMillis() << Math.min(failuresInARow - 1, 20));
        long pause = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
        numberingAhead.relayWaits();
        try {
            if (!stopping.await(pause, TimeUnit.MILLISECONDS)) {
                publisher.declareExchange();
            }
        } catch (PublishingFailedException stillUnreachable) {
            log.debug("broker can't be reached", stillUnreachable);
        } catch (InterruptedException stopped) {
            stopping.countDown();
        } finally {
            numberingAhead.relayGoesOn();
        }
        return true;
    }

    private boolean sleep(Duration pause, CountDownLatch stopping) {
        try {
            boolean woken = wakeUps.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
            if (woken) {
                wakeUps.drainPermits();
                waitForAnother = SHORTEST_WAIT_FOR_ANOTHER;
            }
            return woken;
        } catch (InterruptedException stopped) {
            stopping.countDown();
            return false;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private record Running(Thread thread, CountDownLatch stopping) {}
}
