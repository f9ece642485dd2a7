package io.github.follownotify.im.replay;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The window: the events that this node delivered recently, by user. It serves most reconnecting clients without a
 * read.
 *
 * <p>It holds every event of the log with floor &lt; seq &le; head, up to an age and a size.
 */
@Component
public class RecentEvents {

    private static final long UNKNOWN = -1;

    private final IndexedEvents events = new IndexedEvents();
    private final long maxBytes;
    private final long maxAgeNanos;
    private final LongSupplier nanoTime;

    private long floor = UNKNOWN;
    private int floorTag = LogOffset.UNCHECKED;
    private boolean reachesFarEnough;
    private long historyChangedAfter = UNKNOWN;
    private volatile long head = UNKNOWN;

    @Autowired
    RecentEvents(WindowSettings settings, MeterRegistry meters) {
        this(settings.size().toBytes(), settings.age(), System::nanoTime, meters);
    }

    public RecentEvents(long maxBytes, Duration maxAge, LongSupplier nanoTime, MeterRegistry meters) {
        this.maxBytes = maxBytes;
        this.maxAgeNanos = maxAge.toNanos();
        this.nanoTime = nanoTime;
        Gauge.builder("im.window.size", this, RecentEvents::bytes)
                .description("Memory that recent events take")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("im.window.events", this, RecentEvents::size)
                .description("Recent events held for clients that reconnect")
                .register(meters);
    }

    /**
     * What a user missed, oldest first.
     *
     * @param limit most events in the answer; the oldest ones are in it
     * @return empty when the window does not reach back to the seq, or this node does not know its delivered seq yet
     */
    public synchronized Optional<List<RoomEvent>> after(long userId, long seq, int limit) {
        if (floor == UNKNOWN || seq < floor) {
            return Optional.empty();
        }
        return Optional.of(events.after(userId, seq, limit));
    }

    /** The seq after which everything is here, or -1 as long as this node does not know its delivered seq. */
    public synchronized long floor() {
        return floor;
    }

    /** The last seq that this node has delivered, or -1 as long as it does not know it. */
    public long head() {
        return head;
    }

    /** Remembers an event that is about to be emitted. Its seq is higher than all before it. */
    public synchronized void append(RoomEvent event) {
        long now = nanoTime.getAsLong();
        events.addLast(event, now);
        head = event.seq();
        forgetWhatIsTooMuch(now);
    }

    /**
     * The seq up to which older events of the log can still be added, or 0 when there are none, or they would be too
     * old or too many.
     */
    public synchronized long wantsEventsUpTo() {
        return reachesFarEnough ? 0 : Math.max(0, floor);
    }

    /**
     * Remembers what was delivered before this node started, as far as age and memory allow.
     *
     * @param upTo what {@link #wantsEventsUpTo()} said; when the window was reset since, nothing happens
     * @param after seq behind which the page begins
     * @param page everything of the log with after &lt; seq &le; upTo, and perhaps more
     */
    public synchronized void extendBack(long upTo, long after, LogPage page, long epochMillis) {
        if (floor != upTo || reachesFarEnough) {
            return;
        }
        if (page.head() < upTo) {
            // The log was restored from a backup: these seqs belong to other events.
            reachesFarEnough = true;
            return;
        }
        long now = nanoTime.getAsLong();
        List<RoomEvent> older = page.events();
        for (int i = older.size() - 1; i >= 0; i--) {
            RoomEvent event = older.get(i);
            if (event.seq() > upTo) {
                continue;
            }
            long ageNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, epochMillis - event.createdAtMillis()));
            if (ageNanos > maxAgeNanos || events.bytes() + IndexedEvents.sizeOf(event) > maxBytes) {
                beginsAt(event.seq(), tagOf(event));
                reachesFarEnough = true;
                return;
            }
            events.addFirst(event, now - ageNanos);
            beginsAt(event.seq() - 1, LogOffset.UNCHECKED);
        }
        if (page.reachesBackTo(after)) {
            beginsAt(after, page.afterTag());
        } else {
            beginsAt(page.oldestSeq() - 1, LogOffset.UNCHECKED);
        }
        reachesFarEnough = floor > after || floor == 0;
    }

    /** Notes that the log holds nothing more up to this seq. */
    public synchronized void advanceTo(long seq) {
        head = Math.max(head, seq);
    }

    /** Forgets everything and begins after this event: what lies before it was not all seen here. */
    public synchronized void beginAfter(LogOffset start) {
        events.clear();
        beginsAt(start.seq(), start.tag());
        head = start.seq();
        reachesFarEnough = false;
    }

    /** Forgets what lies after this seq: the log's history has changed there. */
    public synchronized void cutAfter(long seq) {
        for (RoomEvent last = events.last(); last != null && last.seq() > seq; last = events.last()) {
            events.removeLast();
        }
        head = Math.min(head, seq);
        historyChangedAfter = seq;
    }

    /** The seq after which the log's history last changed while this node was running, or -1. */
    public synchronized long historyChangedAfter() {
        return historyChangedAfter;
    }

    /** The last event that this node has delivered, or null as long as it does not know it. */
    public synchronized @Nullable LogOffset headOffset() {
        return head < 0 ? null : new LogOffset(head, tagAt(head));
    }

    /** @return the tag of the event with this seq, or {@link LogOffset#UNCHECKED} when the window does not know it */
    public synchronized int tagAt(long seq) {
        if (seq == floor) {
            return floorTag;
        }
        RoomEvent event = events.find(seq);
        return event == null ? LogOffset.UNCHECKED : tagOf(event);
    }

    /** Evicts events that have become too old, even when no new ones arrive. */
    public synchronized void forgetOld() {
        forgetWhatIsTooMuch(nanoTime.getAsLong());
    }

    synchronized long bytes() {
        return events.bytes();
    }

    public synchronized int size() {
        return events.size();
    }

    private void forgetWhatIsTooMuch(long now) {
        while (events.size() > 0 && (events.bytes() > maxBytes || now - events.nanosOfFirst() > maxAgeNanos)) {
            RoomEvent event = events.removeFirst();
            beginsAt(event.seq(), tagOf(event));
            reachesFarEnough = true;
        }
    }

    private void beginsAt(long seq, int tag) {
        floor = seq;
        floorTag = tag;
    }

    private static int tagOf(RoomEvent event) {
        return LogOffset.tagOf(event.id());
    }
}
