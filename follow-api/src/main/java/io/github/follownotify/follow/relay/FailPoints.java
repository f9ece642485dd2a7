package io.github.follownotify.follow.relay;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens at a {@link FailPoint}: nothing, unless a test wants the process dead there. */
interface FailPoints {

    FailPoints NONE = point -> {};

    void reached(FailPoint point);

    /** Kills the process at the chosen point, without a shutdown hook: as by a power cut. */
    static FailPoints haltingAt(@Nullable FailPoint chosen) {
        if (chosen == null) {
            return NONE;
        }
        Logger log = LoggerFactory.getLogger(FailPoints.class);
        log.warn(
                "follow.relay.fail-point={} is set: THIS PROCESS WILL KILL ITSELF there; it is for tests only", chosen);
        return point -> {
            if (point == chosen) {
                log.warn("fail point reached, halting fail_point={}", point);
                Runtime.getRuntime().halt(137);
            }
        };
    }
}
