package io.github.follownotify.im.sequence;

/** One catch-up, from the first suspicion until nothing is missing. The lock of {@link EventSequence} guards it. */
final class CatchUpRun {

    final CatchUpCause cause;
    final long from;
    final long startedNanos;
    int readsRequested;
    int readsCompleted;
    int delivered;

    CatchUpRun(CatchUpCause cause, long from, long startedNanos) {
        this.cause = cause;
        this.from = from;
        this.startedNanos = startedNanos;
        this.readsRequested = cause.needsLog ? 1 : 0;
    }

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
