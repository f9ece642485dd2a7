package io.github.follownotify.im.log;

import java.util.Map;

/**
 * The last event of each of some users, up to a seq that was asked for.
 *
 * @param byUser seq by user id; users without an event are not in it
 * @param oldestSeq lowest seq that the log still holds
 */
public record NewestSeqs(Map<Long, Long> byUser, long oldestSeq) {

    public NewestSeqs {
        byUser = Map.copyOf(byUser);
    }

    /** Whether the log is known to hold nothing for the user between a seq and the one that was asked for. */
    public boolean hasNothingFor(long userId, long after) {
        return after >= oldestSeq - 1 && byUser.getOrDefault(userId, 0L) <= after;
    }
}
