package io.github.follownotify.im.replay;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Events in the order of their seq, with the time at which each was remembered. Grows at both ends, shrinks at both
 * ends, and finds an event by its seq. Not thread-safe.
 */
final class EventRing {

    private static final int SMALLEST = 64;

    // The length is a power of two, so that an index wraps with a mask.
    private @Nullable RoomEvent[] events = new @Nullable RoomEvent[SMALLEST];
    private long[] nanos = new long[SMALLEST];
    private int first;
    private int size;

    int size() {
        return size;
    }

    void addFirst(RoomEvent event, long atNanos) {
        makeRoom();
        first = slot(-1);
        set(0, event, atNanos);
        size++;
    }

    void addLast(RoomEvent event, long atNanos) {
        makeRoom();
        set(size, event, atNanos);
        size++;
    }

    /** @param index 0 for the oldest */
    RoomEvent get(int index) {
        return Objects.requireNonNull(events[slot(Objects.checkIndex(index, size))]);
    }

    long nanosOfFirst() {
        return nanos[slot(Objects.checkIndex(0, size))];
    }

    RoomEvent removeFirst() {
        RoomEvent removed = get(0);
        events[first] = null;
        first = slot(1);
        size--;
        return removed;
    }

    RoomEvent removeLast() {
        RoomEvent removed = get(size - 1);
        events[slot(size - 1)] = null;
        size--;
        return removed;
    }

    void clear() {
        events = new @Nullable RoomEvent[SMALLEST];
        nanos = new long[SMALLEST];
        first = 0;
        size = 0;
    }

    /** The event with this seq, or null when it is not here. */
    @Nullable
    RoomEvent find(long seq) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            RoomEvent event = get(middle);
            if (event.seq() == seq) {
                return event;
            }
            if (event.seq() < seq) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private void set(int index, RoomEvent event, long atNanos) {
        events[slot(index)] = event;
        nanos[slot(index)] = atNanos;
    }

    private int slot(int index) {
        return (first + index) & (events.length - 1);
    }

    private void makeRoom() {
        if (size < events.length) {
            return;
        }
        @Nullable RoomEvent[] moreEvents = new @Nullable RoomEvent[events.length * 2];
        long[] moreNanos = new long[events.length * 2];
        int untilTheEnd = events.length - first;
        System.arraycopy(events, first, moreEvents, 0, untilTheEnd);
        System.arraycopy(events, 0, moreEvents, untilTheEnd, first);
        System.arraycopy(nanos, first, moreNanos, 0, untilTheEnd);
        System.arraycopy(nanos, 0, moreNanos, untilTheEnd, first);
        events = moreEvents;
        nanos = moreNanos;
        first = 0;
    }
}
