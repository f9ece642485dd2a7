package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.sequence.CatchUpRun.Reading;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Reads the log page by page, on a thread of its own, whenever the sequence wants it. */
public final class CatchUp {

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

    private final EventSequence sequence;
    private final LogAnswers answers;
    private final RecentEvents window;
    private final Log followLog;
    private final int pageSize;
    private final BackOff pauses;
    private final Counter reads;
    private final ReaderThread thread = new ReaderThread("im-catch-up", this::run);

    private volatile boolean logAnswers = true;

    CatchUp(
            EventSequence sequence,
            RecentEvents window,
            Log followLog,
            int pageSize,
            Duration longestPause,
            MeterRegistry meters) {
        this.sequence = sequence;
        this.answers = sequence.answers();
        this.window = window;
        this.followLog = followLog;
        this.pageSize = pageSize;
        this.pauses = pauses(longestPause);
        this.reads = Counter.builder("im.log.reads")
                .description("Reads for missed events, by what answered them")
                .tag("source", "catch_up")
                .register(meters);
    }

    public void start() {
        thread.start();
    }

    public void stop() throws InterruptedException {
        thread.stop();
    }

    /** Whether the last attempt to read the log succeeded. */
    public boolean logAnswers() {
        return logAnswers;
    }

    /**
     * Many nodes lose the same broker or follow-api at the same moment: the jitter keeps them from retrying in step.
     */
    static BackOff pauses(Duration longest) {
        ExponentialBackOff pauses = new ExponentialBackOff(Math.min(100, longest.toMillis()), 2);
        pauses.setJitter(50);
        pauses.setMaxInterval(longest.toMillis());
        return pauses;
    }

    private void run() throws InterruptedException {
        int failures = 0;
        BackOffExecution outage = pauses.start();
        while (!Thread.currentThread().isInterrupted()) {
            Reading reading = answers.awaitReading();
            try {
                read(reading);
                if (failures > 0) {
                    log.info("event=log_readable attempts={}", failures + 1);
                    outage = pauses.start();
                }
                failures = 0;
                logAnswers = true;
            } catch (RuntimeException failure) {
                failures++;
                logAnswers = false;
                tell(failures, reading, failure);
                sequence.awaitChange(TimeUnit.MILLISECONDS.toNanos(outage.nextBackOff()));
            }
        }
    }

    private void read(Reading reading) throws InterruptedException {
        if (reading.after() == EventSequence.UNKNOWN) {
            // Its id comes with the refill of the window: a second read would give the queue's old messages time to
            // come first.
            answers.onHead(reading, LogOffset.unchecked(page(0, 1).head()));
            return;
        }
        LogPage page = page(reading.after(), pageSize);
        if (!answers.onPage(reading, page, page.events().size() < pageSize)) {
            LogOffset head = head();
            answers.onHistoryChanged(reading, lastAgreed(Math.min(reading.after(), head.seq())), head);
        }
    }

    private LogOffset head() throws InterruptedException {
        long head = page(0, 1).head();
        return new LogOffset(head, page(head, 1).afterTag());
    }

    /**
     * The last event that the window and the log have in common, by binary search; null when the window does not reach
     * back to it, or begins with an event of which only the number is known.
     */
    private @Nullable LogOffset lastAgreed(long upTo) throws InterruptedException {
        long low = window.floor();
        if (low > 0 && window.tagAt(low) == LogOffset.UNCHECKED) {
            low++;
        }
        long high = Math.max(low, upTo);
        if (low < 0 || low > upTo || !agreesAt(low)) {
            return null;
        }
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (agreesAt(middle)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new LogOffset(low, window.tagAt(low));
    }

    private boolean agreesAt(long seq) throws InterruptedException {
        LogPage page = page(seq, 1);
        return seq <= page.head() && !new LogOffset(seq, page.afterTag()).contradicts(window.tagAt(seq));
    }

    private LogPage page(long after, int limit) throws InterruptedException {
        reads.increment();
        return followLog.after(after, limit);
    }

    /** Logs an outage once and then at intervals, not once per attempt. */
    private static void tell(int failures, Reading reading, RuntimeException failure) {
        if (failure instanceof LogUnavailableException) {
            if (Integer.bitCount(failures) == 1) {
                log.warn(
                        "event=log_unreadable after={} attempt={} cause=\"{}\"",
                        reading.after(),
                        failures,
                        failure.getMessage());
            }
        } else {
            log.error("event=catch_up_failed after={} attempt={}", reading.after(), failures, failure);
        }
    }

    /** Where pages come from: follow-api, or a list in a test. */
    @FunctionalInterface
    interface Log {
        LogPage after(long seq, int limit) throws InterruptedException;
    }
}
