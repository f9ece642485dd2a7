package io.github.follownotify.im.sequence;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Compares the window with the log before devices recover from it. A node learns of another history by the next
 * heartbeat; without this a device that comes back before that would be called recovered although it has seen what is
 * gone.
 *
 * <p>All devices that come within some milliseconds share one read, so a storm costs follow-api a bounded number of
 * small reads, however many devices are in it.
 */
public final class HistoryCheck {

    private static final Duration GATHERING = Duration.ofMillis(20);

    /** Recovery must work while follow-api is away, so after this time the window is believed. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final EventSequence sequence;
    private final CatchUp catchUp;
    private @Nullable CompletableFuture<Void> gathering;

    HistoryCheck(EventSequence sequence, CatchUp catchUp) {
        this.sequence = sequence;
        this.catchUp = catchUp;
    }

    /** @return completes when the window is as the log was at the time of this call, or when the log cannot be read */
    public synchronized CompletableFuture<Void> upToDate() {
        if (!catchUp.logAnswers()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> shared = gathering;
        if (shared == null) {
            shared = CompletableFuture.runAsync(
                            this::stopGathering,
                            CompletableFuture.delayedExecutor(GATHERING.toMillis(), TimeUnit.MILLISECONDS))
                    .thenCompose(gathered -> sequence.compareWithLog())
                    .completeOnTimeout(null, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            gathering = shared;
        }
        return shared;
    }

    private synchronized void stopGathering() {
        gathering = null;
    }
}
