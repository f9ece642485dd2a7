package io.github.follownotify.im.replay;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events in the order of their seq, and the memory that they take. Each is in one queue for all, which determines what
 * is evicted first, and in one for its user, so that a lookup costs as much as its answer is long. Not thread-safe.
 */
final class IndexedEvents {

    /**
     * Beside the body: the event, its id, two queue entries, a share of the index. Measured 180, or 250 for a user's
     * only one.
     */
    private static final long OVERHEAD_BYTES = 256;

    private final EventRing all = new EventRing();
    private final Map<Long, Deque<RoomEvent>> byUser = new HashMap<>();
    private long bytes;

    static long sizeOf(RoomEvent event) {
        return OVERHEAD_BYTES + event.json().length;
    }

    long bytes() {
        return bytes;
    }

    int size() {
        return all.size();
    }

    void addFirst(RoomEvent event, long atNanos) {
        all.addFirst(event, atNanos);
        ofUser(event).addFirst(event);
        bytes += sizeOf(event);
    }

    void addLast(RoomEvent event, long atNanos) {
        all.addLast(event, atNanos);
        ofUser(event).addLast(event);
        bytes += sizeOf(event);
    }

    /** When the oldest event was remembered. */
    long nanosOfFirst() {
        return all.nanosOfFirst();
    }

    /** The newest event, or null when there is none. */
    @Nullable
    RoomEvent last() {
        return all.size() == 0 ? null : all.get(all.size() - 1);
    }

    RoomEvent removeFirst() {
        RoomEvent event = all.removeFirst();
        Deque<RoomEvent> ofUser = ofUser(event);
        ofUser.removeFirst();
        removed(event, ofUser);
        return event;
    }

    void removeLast() {
        RoomEvent event = all.removeLast();
        Deque<RoomEvent> ofUser = ofUser(event);
        ofUser.removeLast();
        removed(event, ofUser);
    }

    void clear() {
        all.clear();
        byUser.clear();
        bytes = 0;
    }

    /** The event with this seq, or null when it is not here. */
    @Nullable
    RoomEvent find(long seq) {
        return all.find(seq);
    }

    /** @return the user's events after this seq, oldest first, and of more than the limit the oldest */
    List<RoomEvent> after(long userId, long seq, int limit) {
        Deque<RoomEvent> events = byUser.get(userId);
        if (events == null || events.getLast().seq() <= seq) {
            return List.of();
        }
        // From the end, because most have missed little.
        int missed = 0;
        for (Iterator<RoomEvent> newestFirst = events.descendingIterator();
                newestFirst.hasNext() && newestFirst.next().seq() > seq; ) {
            missed++;
        }
        return events.stream().skip(events.size() - (long) missed).limit(limit).toList();
    }

    private Deque<RoomEvent> ofUser(RoomEvent event) {
        return byUser.computeIfAbsent(event.userId(), first -> new ArrayDeque<>(1));
    }

    private void removed(RoomEvent event, Deque<RoomEvent> ofUser) {
        bytes -= sizeOf(event);
        if (ofUser.isEmpty()) {
            byUser.remove(event.userId());
        }
    }
}
