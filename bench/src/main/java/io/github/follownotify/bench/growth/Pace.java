package io.github.follownotify.bench.growth;

import java.time.Duration;

/**
 * How long each point is measured.
 *
 * @param warmUp before the first point of a process, and a third of it before each other
 * @param measure seconds that a figure is taken from
 */
record Pace(Duration warmUp, Duration measure, int connections) {

    Duration shortWarmUp() {
        return warmUp.dividedBy(3);
    }
}
