package io.github.follownotify.follow.following;

import io.github.follownotify.jwt.VerifiedUser;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one caller wants: to follow or to unfollow somebody.
 *
 * @param begin true to follow, false to unfollow
 * @param traceparent W3C trace context of the request, when there was a valid one
 */
record RelationChange(
        VerifiedUser follower,
        long target,
        boolean begin,
        @Nullable String traceparent,
        Instant at) {

    Pair pair() {
        return new Pair(follower.id(), target);
    }

    /** Who follows whom. */
    record Pair(long follower, long target) {}
}
