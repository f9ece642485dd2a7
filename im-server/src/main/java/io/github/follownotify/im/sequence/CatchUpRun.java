package io.github.follownotify.im.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One catch-up, from the first suspicion until nothing is missing. The lock of {@link EventSequence} guards it. */
final class CatchUpRun {

    final CatchUpCause cause;
    final long from;
    final long startedNanos;
    int readsRequested;
    int readsCompleted;
    int delivered;
    private int doubtedAtRead;
    private final List<Waiting> waiting = new ArrayList<>(1);

    CatchUpRun(CatchUpCause cause, long from, long startedNanos) {
        this.cause = cause;
        this.from = from;
        this.startedNanos = startedNanos;
        this.readsRequested = cause.needsLog ? 1 : 0;
    }

    /** What was delivered may be of another history: only a read that is requested from here on can tell. */
    void doubt() {
        doubtedAtRead = readsRequested;
    }

    boolean isInDoubt() {
        return readsCompleted < doubtedAtRead;
    }

    /** @return a future that completes when the reads that are requested by now are completed */
    CompletableFuture<Void> requestedReads() {
        Waiting requested = new Waiting(readsRequested, new CompletableFuture<>());
        waiting.add(requested);
        return requested.completed;
    }

    void completed(int reads) {
        readsCompleted = Math.max(readsCompleted, reads);
        // On other threads, because this one holds the lock.
        waiting.stream()
                .filter(requested -> requested.reads <= readsCompleted)
                .forEach(requested -> requested.completed.completeAsync(() -> null));
        waiting.removeIf(requested -> requested.reads <= readsCompleted);
    }

    private record Waiting(int reads, CompletableFuture<Void> completed) {}

    /**
     * What was known before a page of the log was asked for.
     *
     * @param after last seq delivered, or {@link Delivery#UNKNOWN}
     * @param highestSeen highest seq known to exist
     * @param run catch-up that the page is for
     * @param read how many reads had been requested; a read requested later needs a later page
     */
    record Reading(long after, long highestSeen, CatchUpRun run, int read) {}
}
