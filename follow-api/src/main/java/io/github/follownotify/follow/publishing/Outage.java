package io.github.follownotify.follow.publishing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Something that may not work for a while: that is logged once, and tried again after longer and longer pauses. Not
 * thread-safe.
 */
public final class Outage {

    private final ExponentialBackOff pauses = new ExponentialBackOff(50, 2);
    private @Nullable BackOffExecution running;

    public Outage(Duration longestPause) {
        pauses.setJitter(25);
        pauses.setMaxInterval(longestPause.toMillis());
    }

    public boolean isThere() {
        return running != null;
    }

    /** @return whether it was not there before */
    public boolean begin() {
        if (running != null) {
            return false;
        }
        running = pauses.start();
        return true;
    }

    /** @return whether it was there */
    public boolean end() {
        boolean wasThere = running != null;
        running = null;
        return wasThere;
    }

    /** How long to wait before the next attempt. */
    public Duration pause() {
        return running == null ? Duration.ZERO : Duration.ofMillis(running.nextBackOff());
    }
}
