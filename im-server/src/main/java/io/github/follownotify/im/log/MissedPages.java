package io.github.follownotify.im.log;

import java.util.Map;

/**
 * What several users missed, from one read.
 *
 * @param byPair for each pair that was asked for, the user's events after its seq
 * @param limit most events that the log gave for one pair; a page with as many may have a continuation
 */
public record MissedPages(Map<Pair, LogPage> byPair, int limit) {

    public MissedPages {
        byPair = Map.copyOf(byPair);
    }

    /**
     * A user, and the seq up to which the user has everything.
     */
    public record Pair(long userId, long after) {}
}
