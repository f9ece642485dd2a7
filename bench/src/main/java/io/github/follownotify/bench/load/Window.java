package io.github.follownotify.bench.load;

import java.time.Duration;

/** The warm-up and the time after it in which is measured, as moments of {@link System#nanoTime()}. */
record Window(long start, long from, long to) {

    static Window startingNow(Duration warmUp, Duration measure) {
        long start = System.nanoTime();
        return new Window(
                start, start + warmUp.toNanos(), start + warmUp.plus(measure).toNanos());
    }

    boolean contains(long moment) {
        return moment >= from && moment < to;
    }

    double seconds() {
        return (to - from) / 1e9;
    }
}
