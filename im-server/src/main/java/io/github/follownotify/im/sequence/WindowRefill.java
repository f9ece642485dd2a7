package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.replay.RecentEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * Fills the window of a node that has just started from the log, newest page first, on a thread of its own.
 *
 * <p>All clients of a restarted node reconnect at the same moment. With an empty window each of them would cost
 * follow-api a read; the refill costs one per page.
 */
public final class WindowRefill {

    private static final Logger log = LoggerFactory.getLogger(WindowRefill.class);

    private final EventSequence sequence;
    private final RecentEvents window;
    private final CatchUp.Log followLog;
    private final int pageSize;
    private final BackOff pauses;
    private final Clock clock;
    private final Counter reads;
    private final CountDownLatch worthWaitingFor = new CountDownLatch(1);
    private final ReaderThread thread = new ReaderThread("im-window-refill", this::run);

    WindowRefill(
            EventSequence sequence,
            RecentEvents window,
            CatchUp.Log followLog,
            int pageSize,
            Duration longestPause,
            Clock clock,
            MeterRegistry meters) {
        this.sequence = sequence;
        this.window = window;
        this.followLog = followLog;
        this.pageSize = pageSize;
        this.pauses = CatchUp.pauses(longestPause);
        this.clock = clock;
        this.reads = Counter.builder("im.log.reads")
                .description("Reads for missed events, by what answered them")
                .tag("source", "refill")
                .register(meters);
    }

    public void start() {
        thread.start();
    }

    public void stop() throws InterruptedException {
        thread.stop();
    }

    /** Waits until the window is full, the log does not answer, or the time is up. The refill goes on after that. */
    public void await(long nanos) throws InterruptedException {
        boolean unused = worthWaitingFor.await(nanos, TimeUnit.NANOSECONDS);
    }

    private void run() throws InterruptedException {
        try {
            sequence.awaitStartOfSequence();
            long start = System.nanoTime();
            int pages = 0;
            BackOffExecution outage = pauses.start();
            for (long upTo = window.wantsEventsUpTo(); upTo > 0; upTo = window.wantsEventsUpTo()) {
                try {
                    readBackFrom(upTo);
                    pages++;
                    outage = pauses.start();
                } catch (LogUnavailableException notNow) {
                    worthWaitingFor.countDown();
                    log.debug("event=window_refill_waits up_to={}", upTo, notNow);
                    TimeUnit.MILLISECONDS.sleep(outage.nextBackOff());
                }
            }
            log.info(
                    "event=window_refilled events={} pages={} ms={}",
                    window.size(),
                    pages,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (RuntimeException failure) {
            // Without it clients are served from the log one by one.
            log.error("event=window_refill_failed", failure);
        } finally {
            worthWaitingFor.countDown();
        }
    }

    private void readBackFrom(long upTo) throws InterruptedException {
        reads.increment();
        // There is at most one event per seq, so the page reaches at least up to where the window begins.
        long after = Math.max(0, upTo - pageSize);
        LogPage page = followLog.after(after, pageSize);
        window.extendBack(upTo, after, page, clock.millis());
    }
}
