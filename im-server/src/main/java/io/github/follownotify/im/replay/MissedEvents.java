package io.github.follownotify.im.replay;

import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.replay.Missed.Status;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a user's device missed while it was away: from the window, or from the log where the window does not reach. */
@Component
public class MissedEvents {

    /**
     * Most events of one part out of the window; they are in memory already, so it may be larger than a part of the
     * log.
     */
    private static final int WINDOW_PART = 1000;

    private final RecentEvents window;
    private final LogReads logReads;
    private final Counter windowReads;

    MissedEvents(RecentEvents window, FollowLog log, LogSettings settings, MeterRegistry meters) {
        this.window = window;
        this.logReads = new LogReads(log::missed, settings, meters);
        this.windowReads = Counter.builder("im.log.reads")
                .description("Reads for missed events, by what answered them")
                .tag("source", "window")
                .register(meters);
    }

    /**
     * Finds what the user missed after an offset, or the first part of it. The caller has entered the user's room
     * before and holds back what it gets there until it has passed on these events.
     *
     * @param offset where the client says it is, or the last event of the part before
     * @return the answer, or a {@link LogUnavailableException}: the client must reconnect, nothing was lost. The caller
     *     cancels it when the answer is no longer needed
     */
    public CompletableFuture<Missed> after(long userId, LogOffset offset) {
        Missed recent = fromWindow(userId, offset);
        if (recent != null) {
            windowReads.increment();
            return CompletableFuture.completedFuture(recent);
        }
        CompletableFuture<Missed> read = logReads.after(userId, offset);
        CompletableFuture<Missed> answer = read.thenApply(
                missed -> missed.status() == Status.HISTORY_CHANGED ? ofNewHistory(userId, offset) : missed);
        // A caller that cancels what it got means the read, too.
        CompletableFuture<Missed> unused = answer.whenComplete((missed, failure) -> {
            if (answer.isCancelled()) {
                read.cancel(false);
            }
        });
        return answer;
    }

    private @Nullable Missed fromWindow(long userId, LogOffset offset) {
        if (offset.contradicts(window.tagAt(offset.seq()))) {
            return ofNewHistory(userId, offset);
        }
        // An offset that this node has not reached may come from another node that is slightly ahead, or be invalid.
        if (offset.seq() > window.head()) {
            return null;
        }
        return part(userId, offset.seq()).orElse(null);
    }

    /** After the last event that both histories share, everything is new to a device that has seen the old one. */
    private Missed ofNewHistory(long userId, LogOffset offset) {
        long agreed = window.historyChangedAfter();
        if (agreed < 0 || agreed > offset.seq()) {
            return Missed.unanswerable(Status.HISTORY_CHANGED);
        }
        List<RoomEvent> events = window.after(userId, agreed, WINDOW_PART).orElse(List.of());
        return new Missed(Status.HISTORY_CHANGED, events, true);
    }

    private Optional<Missed> part(long userId, long seq) {
        return window.after(userId, seq, WINDOW_PART)
                .map(events -> Missed.complete(events, events.size() < WINDOW_PART));
    }
}
