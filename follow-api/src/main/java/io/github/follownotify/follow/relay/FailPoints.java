package io.github.follownotify.follow.relay;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens at a {@link FailPoint}: nothing, unless a test makes the process kill itself there. */
interface FailPoints {

    FailPoints NONE = point -> {};

    void reached(FailPoint point);

    /** Kills the process at the chosen point, without shutdown hooks, as a power cut would. */
    static FailPoints haltingAt(@Nullable FailPoint chosen) {
        if (chosen == null) {
            return NONE;
        }
        Logger log = LoggerFactory.getLogger(FailPoints.class);
        log.warn("event=fail_point_set fail_point={}: THIS PROCESS WILL KILL ITSELF there; for tests only", chosen);
        return point -> {
            if (point == chosen) {
                log.warn("event=fail_point_reached fail_point={}", point);
                Runtime.getRuntime().halt(137);
            }
        };
    }
}
