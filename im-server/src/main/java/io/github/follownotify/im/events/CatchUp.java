package io.github.follownotify.im.events;

import io.github.follownotify.im.events.CatchUpRun.Reading;
import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the log page by page, on a thread of its own, whenever the sequence wants it. */
final class CatchUp {

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);

    private final EventSequence sequence;
    private final Log followLog;
    private final int pageSize;
    private final long longestPauseNanos;
    private final Counter reads;

    private volatile @Nullable Thread thread;
    private volatile boolean logAnswers = true;

    CatchUp(EventSequence sequence, Log followLog, int pageSize, Duration longestPause, MeterRegistry meters) {
        this.sequence = sequence;
        this.followLog = followLog;
        this.pageSize = pageSize;
        this.longestPauseNanos = longestPause.toNanos();
        this.reads = Counter.builder("im.log.reads")
                .description("Questions for missed events, by what answered them")
                .tag("source", "catch-up")
                .register(meters);
    }

    void start() {
        Thread reader = new Thread(this::run, "im-catch-up");
        reader.setDaemon(true);
        thread = reader;
        reader.start();
    }

    void stop() throws InterruptedException {
        Thread reader = thread;
        if (reader != null) {
            reader.interrupt();
            reader.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    /** Whether the last attempt to read the log succeeded. */
    boolean logAnswers() {
        return logAnswers;
    }

    private void run() {
        int failures = 0;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Reading reading = sequence.awaitReading();
                try {
                    read(reading);
                    if (failures > 0) {
                        log.info("event=log_readable attempts={}", failures + 1);
                    }
                    failures = 0;
                    logAnswers = true;
                } catch (RuntimeException failure) {
                    failures++;
                    logAnswers = false;
                    tell(failures, reading, failure);
                    sequence.awaitChange(jitteredPause(failures, longestPauseNanos));
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Reading reading) throws InterruptedException {
        reads.increment();
        if (reading.after() == EventSequence.UNKNOWN) {
            sequence.onHead(reading, followLog.after(0, 1).head());
        } else {
            LogPage page = followLog.after(reading.after(), pageSize);
            sequence.onPage(reading, page, page.events().size() < pageSize);
        }
    }

    /** Says it once, and then again now and then: an outage is one event, not one per attempt. */
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

    /** Many nodes lose the same broker or follow-api at the same moment: they must not come back in step. */
    static long jitteredPause(int failures, long longestPauseNanos) {
        long pause = Math.min(longestPauseNanos, FIRST_PAUSE_NANOS << Math.min(failures - 1, 20));
        return ThreadLocalRandom.current().nextLong(pause / 2, pause + 1);
    }

    /** Where pages come from: follow-api, or a list in a test. */
    @FunctionalInterface
    interface Log {
        LogPage after(long seq, int limit) throws InterruptedException;
    }
}
