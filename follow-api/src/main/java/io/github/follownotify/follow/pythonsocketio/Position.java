package io.github.follownotify.follow.pythonsocketio;

import io.github.follownotify.follow.notification.LogReader;
import io.github.follownotify.follow.notification.LoggedEvent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far a destination has taken the log.
 *
 * @param seq the last event that it has taken, or 0
 * @param id that event's id, null when the log did not hold it any more
 * @param createdAt when that event was made, in milliseconds since 1970; 0 when there was none
 */
record Position(long seq, @Nullable UUID id, long createdAt) {

    static Position of(LoggedEvent event) {
        return new Position(event.seq(), event.id(), event.createdAt());
    }

    /** Whether the log has lost events that this destination has taken: a failover that was behind, or a restore. */
    boolean isOfAnotherHistory(LogReader.Part next) {
        return seq > next.head() || (id != null && next.afterId() != null && !id.equals(next.afterId()));
    }

    /** Whether the log no longer has the event that comes next. */
    boolean isBeforeTheLog(LogReader.Part next) {
        return seq < next.oldestSeq() - 1;
    }
}
