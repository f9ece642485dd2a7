package io.github.follownotify.im.log;

import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import java.util.List;

/**
 * A part of the log.
 *
 * @param events in the order of their seq
 * @param head last seq assigned
 * @param oldestSeq lowest seq that the log still holds; head + 1 when it holds none
 * @param afterTag tag of the event after which the page was requested, see {@link LogOffset}; unchecked when the log
 *     does not hold that event
 */
public record LogPage(List<RoomEvent> events, long head, long oldestSeq, int afterTag) {

    public LogPage {
        events = List.copyOf(events);
    }

    /** Whether nothing between the given seq and this page has been trimmed away. */
    public boolean reachesBackTo(long after) {
        return after >= oldestSeq - 1;
    }
}
