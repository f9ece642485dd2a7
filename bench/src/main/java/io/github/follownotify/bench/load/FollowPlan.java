package io.github.follownotify.bench.load;

/**
 * Which pair the n-th follow is about: no pair twice, each follower and each target as often as any other, and the
 * number can be told from the pair that an event names.
 */
public final class FollowPlan {

    private static final int FOLLOWERS_PER_TARGET = 4;

    private final long firstFollower;
    private final long firstTarget;
    private final int targets;
    private final int followers;
    private long next;

    /** @param targets users from {@code firstTarget} on who are followed; they should have sockets */
    public FollowPlan(long firstFollower, long firstTarget, int targets) {
        this.firstFollower = firstFollower;
        this.firstTarget = firstTarget;
        this.targets = targets;
        this.followers = FOLLOWERS_PER_TARGET * targets;
    }

    /** Takes the next number; runs that use the same plan go on where the one before ended. */
    long take() {
        return next++;
    }

    /** Whether a pair is left; with too few targets for the rate and the time a run ends early. */
    boolean hasNext() {
        return next < size();
    }

    long next() {
        return next;
    }

    long size() {
        return (long) followers * targets;
    }

    long follower(long number) {
        return firstFollower + number % followers;
    }

    long target(long number) {
        return firstTarget + targetIndex(number);
    }

    int targetIndex(long number) {
        return (int) ((number / followers + number % followers) % targets);
    }

    /** @return the number of this pair's follow; -1 for a follower of somebody else's */
    long number(long follower, int targetIndex) {
        long f = follower - firstFollower;
        if (f < 0 || f >= followers) {
            return -1;
        }
        return Math.floorMod(targetIndex - f, (long) targets) * followers + f;
    }
}
