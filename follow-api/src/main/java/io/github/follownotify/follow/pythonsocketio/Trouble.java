package io.github.follownotify.follow.pythonsocketio;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Something that may last: it is told once, and what it prevents is tried with longer and longer pauses. */
final class Trouble {

    private final ExponentialBackOff pauses = new ExponentialBackOff(50, 2);
    private @Nullable BackOffExecution running;

    Trouble() {
        pauses.setJitter(25);
        pauses.setMaxInterval(2_000);
    }

    boolean isThere() {
        return running != null;
    }

    /** @return whether it was not there before */
    boolean begin() {
        if (running != null) {
            return false;
        }
        running = pauses.start();
        return true;
    }

    /** @return whether it was there */
    boolean end() {
        boolean wasThere = running != null;
        running = null;
        return wasThere;
    }

    /** How long to wait before the next attempt. */
    Duration pause() {
        return running == null ? Duration.ZERO : Duration.ofMillis(running.nextBackOff());
    }
}
