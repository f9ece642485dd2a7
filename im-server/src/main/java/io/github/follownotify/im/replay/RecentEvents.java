package io.github.follownotify.im.replay;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The window: the events that this node delivered recently, by user. It serves most reconnecting clients without a
 * read.
 *
 * <p>It holds every event of the log with floor &lt; seq &le; head. Each event is in one queue for all, which
 * determines what is evicted first, and in one for its user, so that a lookup costs as much as its answer is long.
 */
@Component
public class RecentEvents {

    private static final long UNKNOWN = -1;

    /**
     * Beside the body: the event, its id, two queue entries, a share of the index. Measured 180, or 250 for a user's
     * only one.
     */
    private static final long OVERHEAD_BYTES = 256;

    private final ReentrantLock lock = new ReentrantLock();
    private final EventRing all = new EventRing();
    private final Map<Long, Deque<RoomEvent>> byUser = new HashMap<>();
    private final long maxBytes;
    private final long maxAgeNanos;
    private final LongSupplier nanoTime;

    private long bytes;
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
    public Optional<List<RoomEvent>> after(long userId, long seq, int limit) {
        lock.lock();
        try {
            if (floor == UNKNOWN || seq < floor) {
                return Optional.empty();
            }
            Deque<RoomEvent> events = byUser.get(userId);
            if (events == null || events.getLast().seq() <= seq) {
                return Optional.of(List.of());
            }
            // From the end, because most have missed little.
            int missed = 0;
            for (Iterator<RoomEvent> newestFirst = events.descendingIterator();
                    newestFirst.hasNext() && newestFirst.next().seq() > seq; ) {
                missed++;
            }
            return Optional.of(events.stream()
                    .skip(events.size() - (long) missed)
                    .limit(limit)
                    .toList());
        } finally {
            lock.unlock();
        }
    }

    /** The seq after which everything is here, or -1 as long as this node does not know its delivered seq. */
    public long floor() {
        lock.lock();
        try {
            return floor;
        } finally {
            lock.unlock();
        }
    }

    /** The last seq that this node has delivered, or -1 as long as it does not know it. */
    public long head() {
        return head;
    }

    /** Remembers an event that is about to be emitted. Its seq is higher than all before it. */
    public void append(RoomEvent event) {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            all.addLast(event, now);
            byUser.computeIfAbsent(event.userId(), first -> new ArrayDeque<>(1)).addLast(event);
            bytes += sizeOf(event);
            head = event.seq();
            forgetWhatIsTooMuch(now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The seq up to which older events of the log can still be added, or 0 when there are none, or they would be too
     * old or too many.
     */
    public long wantsEventsUpTo() {
        lock.lock();
        try {
            return reachesFarEnough ? 0 : Math.max(0, floor);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Remembers what was delivered before this node started, as far as age and memory allow.
     *
     * @param upTo what {@link #wantsEventsUpTo()} said; when the window was reset since, nothing happens
     * @param after seq behind which the page begins
     * @param page everything of the log with after &lt; seq &le; upTo, and perhaps more
     */
    public void extendBack(long upTo, long after, LogPage page, long epochMillis) {
        lock.lock();
        try {
            if (floor != upTo || reachesFarEnough) {
                return;
            }
            if (page.head() < upTo) {
                // The log was restored from a backup: these seqs belong to other events.
                reachesFarEnough = true;
                return;
            }
            long now = nanoTime.getAsLong();
            List<RoomEvent> events = page.events();
            for (int i = events.size() - 1; i >= 0; i--) {
                RoomEvent event = events.get(i);
                if (event.seq() > upTo) {
                    continue;
                }
                long ageNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(0, epochMillis - event.createdAtMillis()));
                if (ageNanos > maxAgeNanos || bytes + sizeOf(event) > maxBytes) {
                    beginsAt(event.seq(), tagOf(event));
                    reachesFarEnough = true;
                    return;
                }
                all.addFirst(event, now - ageNanos);
                byUser.computeIfAbsent(event.userId(), first -> new ArrayDeque<>(1))
                        .addFirst(event);
                bytes += sizeOf(event);
                beginsAt(event.seq() - 1, LogOffset.UNCHECKED);
            }
            if (page.reachesBackTo(after)) {
                beginsAt(after, page.afterTag());
            } else {
                beginsAt(page.oldestSeq() - 1, LogOffset.UNCHECKED);
            }
            reachesFarEnough = floor > after || floor == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the log holds nothing more up to this seq. */
    public void advanceTo(long seq) {
        lock.lock();
        try {
            head = Math.max(head, seq);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything and begins after this event: what lies before it was not all seen here. */
    public void beginAfter(LogOffset start) {
        lock.lock();
        try {
            all.clear();
            byUser.clear();
            bytes = 0;
            beginsAt(start.seq(), start.tag());
            head = start.seq();
            reachesFarEnough = false;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what lies after this seq: the log's history has changed there. */
    public void cutAfter(long seq) {
        lock.lock();
        try {
            while (all.size() > 0 && all.get(all.size() - 1).seq() > seq) {
                RoomEvent event = all.removeLast();
                bytes -= sizeOf(event);
                Deque<RoomEvent> ofUser = byUser.get(event.userId());
                if (ofUser != null) {
                    ofUser.pollLast();
                    if (ofUser.isEmpty()) {
                        byUser.remove(event.userId());
                    }
                }
            }
            head = Math.min(head, seq);
            historyChangedAfter = seq;
        } finally {
            lock.unlock();
        }
    }

    /** The seq after which the log's history last changed while this node was running, or -1. */
    public long historyChangedAfter() {
        lock.lock();
        try {
            return historyChangedAfter;
        } finally {
            lock.unlock();
        }
    }

    /** The last event that this node has delivered, or null as long as it does not know it. */
    public @Nullable LogOffset headOffset() {
        lock.lock();
        try {
            return head < 0 ? null : new LogOffset(head, tagAt(head));
        } finally {
            lock.unlock();
        }
    }

    /** @return the tag of the event with this seq, or {@link LogOffset#UNCHECKED} when the window does not know it */
    public int tagAt(long seq) {
        lock.lock();
        try {
            if (seq == floor) {
                return floorTag;
            }
            RoomEvent event = all.find(seq);
            return event == null ? LogOffset.UNCHECKED : tagOf(event);
        } finally {
            lock.unlock();
        }
    }

    /** Evicts events that have become too old, even when no new ones arrive. */
    public void forgetOld() {
        lock.lock();
        try {
            forgetWhatIsTooMuch(nanoTime.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    private void forgetWhatIsTooMuch(long now) {
        while (all.size() > 0 && (bytes > maxBytes || now - all.nanosOfFirst() > maxAgeNanos)) {
            RoomEvent event = all.removeFirst();
            bytes -= sizeOf(event);
            beginsAt(event.seq(), tagOf(event));
            reachesFarEnough = true;
            Deque<RoomEvent> ofUser = byUser.get(event.userId());
            if (ofUser != null) {
                ofUser.pollFirst();
                if (ofUser.isEmpty()) {
                    byUser.remove(event.userId());
                }
            }
        }
    }

    private void beginsAt(long seq, int tag) {
        floor = seq;
        floorTag = tag;
    }

    private static long sizeOf(RoomEvent event) {
        return OVERHEAD_BYTES + event.json().length;
    }

    private static int tagOf(RoomEvent event) {
        return LogOffset.tagOf(event.id());
    }
}
