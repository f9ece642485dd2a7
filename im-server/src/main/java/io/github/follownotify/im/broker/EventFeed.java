package io.github.follownotify.im.broker;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.sequence.CatchUp;
import io.github.follownotify.im.sequence.CatchUpCause;
import io.github.follownotify.im.sequence.EventSequence;
import io.github.follownotify.im.sequence.WindowRefill;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.listener.ConsumeOkEvent;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;

/** Starts and stops consumption and catch-up on this node, and notices when the broker has gone silent. */
class EventFeed implements SmartLifecycle {

    /** Starts before clients can connect, and stops after they no longer can. */
    private static final int PHASE = 0;

    /** Silent checks after which the consumer is restarted: declaring the topology again has not helped by then. */
    private static final int SILENT_CHECKS_UNTIL_RESTART = 6;

    private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

    private final Duration heartbeat;
    private final Duration startWait;
    private final Duration pollInterval;
    private final EventConsumer consumer;
    private final EventSequence sequence;
    private final CatchUp catchUp;
    private final WindowRefill refill;
    private final RecentEvents window;
    private final SimpleMessageListenerContainer container;
    private final AmqpAdmin admin;

    private final Object attachment = new Object();
    private boolean attached;
    private boolean outageTold;
    private volatile @Nullable ScheduledThreadPoolExecutor watch;
    private int silentChecks;

    EventFeed(
            EventSettings settings,
            Duration pollInterval,
            EventConsumer consumer,
            EventSequence sequence,
            CatchUp catchUp,
            WindowRefill refill,
            RecentEvents window,
            SimpleMessageListenerContainer container,
            AmqpAdmin admin) {
        this.heartbeat = settings.heartbeat();
        this.startWait = settings.startWait();
        this.pollInterval = pollInterval;
        this.consumer = consumer;
        this.sequence = sequence;
        this.catchUp = catchUp;
        this.refill = refill;
        this.window = window;
        this.container = container;
        this.admin = admin;
    }

    /**
     * Waits briefly for the log's head, so that this node can deliver everything committed after the first client
     * connects, and for recent events, so that returning clients need not each cause a read of the log. Without broker
     * and log the node starts anyway; clients that connect in the meantime are told later to resync.
     */
    @Override
    public void start() {
        sequence.begin(CatchUpCause.START);
        catchUp.start();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "im-events-watch");
            thread.setDaemon(true);
            return thread;
        });
        // Not on this thread: a broker that accepts the connection and never answers would block the start.
        executor.execute(container::start);
        try {
            awaitStart();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        every(heartbeat, this::check, executor);
        every(pollInterval, this::pollLogWhileTheBrokerIsSilent, executor);
        watch = executor;
    }

    /** The task ends with the executor and catches its own exceptions, so its future is not needed. */
    private static void every(Duration interval, Runnable task, ScheduledThreadPoolExecutor executor) {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void awaitStart() throws InterruptedException {
        long deadline = System.nanoTime() + startWait.toNanos();
        boolean knowsHead = sequence.delivered() != EventSequence.UNKNOWN;
        while (!knowsHead && !(isAttached() && !catchUp.logAnswers()) && System.nanoTime() < deadline) {
            sequence.awaitChange(TimeUnit.MILLISECONDS.toNanos(20));
            knowsHead = sequence.delivered() != EventSequence.UNKNOWN;
        }
        boolean hearsEverything = isAttached();
        sequence.openGate(hearsEverything);
        if (!knowsHead && hearsEverything) {
            sequence.goOnWithoutLog();
        }
        refill.start();
        if (knowsHead) {
            refill.await(deadline - System.nanoTime());
        }
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor executor = watch;
        watch = null;
        if (executor != null) {
            executor.shutdownNow();
        }
        container.stop();
        try {
            refill.stop();
            catchUp.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return watch != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Whether this node's queue is being consumed. */
    boolean isAttached() {
        synchronized (attachment) {
            return attached;
        }
    }

    @EventListener
    void onAttached(ConsumeOkEvent attachedNow) {
        synchronized (attachment) {
            attached = true;
            outageTold = false;
        }
        log.info("event=consuming queue={}", String.join(",", container.getQueueNames()));
        // The queue may be new; what was published before it existed is only in the log.
        sequence.brokerWasAway();
        sequence.begin(CatchUpCause.RECONNECTED);
    }

    @EventListener
    void onDetached(ListenerContainerConsumerFailedEvent failed) {
        boolean told;
        synchronized (attachment) {
            attached = false;
            told = outageTold;
            outageTold = true;
        }
        // An outage is logged once, not once per attempt.
        if (!told || failed.isFatal()) {
            log.warn(
                    "event=not_consuming fatal={} cause=\"{}\"", failed.isFatal(), mostSpecific(failed.getThrowable()));
        }
    }

    private static String mostSpecific(@Nullable Throwable thrown) {
        return thrown == null ? "unknown" : String.valueOf(NestedExceptionUtils.getMostSpecificCause(thrown));
    }

    /**
     * A broker that is frozen, or has lost the exchange, says nothing, and neither does one that has nothing to say.
     * Half a heartbeat is too short to tell them apart, but the log can: asking it costs less than waiting.
     */
    private void pollLogWhileTheBrokerIsSilent() {
        if (!isAttached() || silentChecks > 0) {
            sequence.begin(CatchUpCause.BROKER_AWAY);
        } else if (consumer.silenceNanos() > heartbeat.toNanos() / 2) {
            sequence.begin(CatchUpCause.QUIET);
        }
    }

    private void check() {
        try {
            window.forgetOld();
            if (!container.isRunning()) {
                // The container gives up after errors it considers fatal, such as an exchange of another type. Those
                // may pass, too.
                container.start();
            }
            if (consumer.silenceNanos() < heartbeat.multipliedBy(3).toNanos()) {
                if (silentChecks > 0) {
                    log.info("event=heard_again checks={}", silentChecks);
                }
                silentChecks = 0;
                return;
            }
            silentChecks++;
            if (silentChecks == 1) {
                log.warn(
                        "event=silence ms={} attached={}: declaring the topology again and reading the log until it ends",
                        TimeUnit.NANOSECONDS.toMillis(consumer.silenceNanos()),
                        isAttached());
            }
            sequence.begin(CatchUpCause.SILENCE);
            if (isAttached()) {
                admin.initialize();
                restartConsumerWhenNothingElseHelps();
            }
        } catch (AmqpException unreachable) {
            log.debug("event=declaration_failed", unreachable);
        } catch (RuntimeException failure) {
            log.error("event=check_failed", failure);
        }
    }

    /** Without follow-api there are no heartbeats, and the consumer is not at fault. */
    private void restartConsumerWhenNothingElseHelps() {
        if (silentChecks % SILENT_CHECKS_UNTIL_RESTART == 0 && catchUp.logAnswers()) {
            log.warn("event=consumer_restart checks={}", silentChecks);
            container.stop();
            container.start();
        }
    }
}
