package io.github.follownotify.im.replay;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.List;

/**
 * What a device missed, or the first part of it.
 *
 * @param status whether the offset could be answered
 * @param events oldest first; without a gap after the offset when the status is {@link Status#COMPLETE}. When it is
 *     {@link Status#HISTORY_CHANGED} they are what is known to be new, and something else may be missing, too
 * @param last whether everything behind these events comes live; when false, the next part has to be asked for
 */
public record Missed(Status status, List<RoomEvent> events, boolean last) {

    public Missed {
        events = List.copyOf(events);
    }

    static Missed complete(List<RoomEvent> events, boolean last) {
        return new Missed(Status.COMPLETE, events, last);
    }

    static Missed unanswerable(Status status) {
        return new Missed(status, List.of(), true);
    }

    /** The result for the offset. */
    public enum Status {
        /** Nothing is missing between the offset and the events. */
        COMPLETE,
        /** The log is not kept for that long. */
        LOG_TRIMMED,
        /** The log was never there. */
        UNKNOWN_OFFSET,
        /** The log has another event there: the database failed over or was restored since. */
        HISTORY_CHANGED
    }
}
