package io.github.follownotify.follow.relay;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Numbers what is committed while the relay waits for the broker, so that readers of the log need not wait with it.
 *
 * <p>While the broker answers at once it does nothing: the relay's own thread numbers and publishes in one go, and a second
 * thread on that way would cost each follow another transaction.
 */
final class NumberingAhead {

    private static final Logger log = LoggerFactory.getLogger(NumberingAhead.class);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final RelayLog relayLog;
    private volatile boolean relayWaits;
    private @Nullable ScheduledThreadPoolExecutor thread;

    NumberingAhead(RelayLog relayLog) {
        this.relayLog = relayLog;
    }

    synchronized void start() {
        ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, task -> {
            Thread worker = new Thread(task, "notification-numbering");
            worker.setDaemon(true);
            return worker;
        });
        // It ends with the executor and catches what it throws: nobody waits for it.
        ScheduledFuture<?> unused =
                started.scheduleWithFixedDelay(this::look, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        thread = started;
    }

    synchronized void stop() {
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    /** Called by the relay's thread before the broker may hold it up. */
    void relayWaits() {
        relayWaits = true;
    }

    /** Called by the relay's thread when it goes on. */
    void relayGoesOn() {
        relayWaits = false;
    }

    private void look() {
        try {
            boolean done = !relayWaits || !relayLog.isAnythingToNumber();
            while (!done) {
                done = relayLog.number();
            }
        } catch (DataAccessException | TransactionException unavailable) {
            log.debug("nothing was numbered, the next look is soon", unavailable);
        } catch (RuntimeException failure) {
            log.error("numbering failed", failure);
        }
    }
}
