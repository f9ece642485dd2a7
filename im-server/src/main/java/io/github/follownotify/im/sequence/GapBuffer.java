package io.github.follownotify.im.sequence;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Events after a gap, by seq, bounded: on overflow the lowest are dropped, because the log is read from below.
 * The lock of {@link EventSequence} guards it.
 */
final class GapBuffer {

    private static final int MAX_EVENTS = 4096;
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final NavigableMap<Long, RoomEvent> events = new TreeMap<>();
    private int bytes;

    void add(RoomEvent event) {
        if (events.putIfAbsent(event.seq(), event) != null) {
            return;
        }
        bytes += event.json().length;
        while (events.size() > MAX_EVENTS || bytes > MAX_BYTES) {
            removeFirst();
        }
    }

    /** Hands over, in order, whatever follows a seq without a gap, and forgets what lies before it. */
    void drainAfter(long delivered, Consumer<RoomEvent> next) {
        long expected = delivered + 1;
        while (!events.isEmpty() && events.firstKey() <= expected) {
            RoomEvent event = removeFirst();
            if (event.seq() == expected) {
                next.accept(event);
                expected++;
            }
        }
    }

    void clear() {
        events.clear();
        bytes = 0;
    }

    private RoomEvent removeFirst() {
        RoomEvent first = events.pollFirstEntry().getValue();
        bytes -= first.json().length;
        return first;
    }
}
