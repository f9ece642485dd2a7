package io.github.follownotify.im.events;

import io.github.follownotify.im.rooms.RoomEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * What the broker brings behind a gap: enough to meet the end of the log at full speed, and bounded.
 *
 * <p>It has no gaps of its own and ends with what came last; where it begins too late, the log has what is before it. Its
 * owner's lock guards it.
 */
final class Tail {

    private static final int MAX_EVENTS = 4096;
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Deque<RoomEvent> events = new ArrayDeque<>();
    private int bytes;

    void add(RoomEvent event) {
        if (!events.isEmpty() && event.seq() != events.getLast().seq() + 1) {
            if (event.seq() <= events.getLast().seq()) {
                return;
            }
            clear();
        }
        events.addLast(event);
        bytes += event.json().length;
        while (events.size() > MAX_EVENTS || bytes > MAX_BYTES) {
            removeFirst();
        }
    }

    /** Hands over, in order, whatever follows on a position without a gap, and forgets what lies before it. */
    void drainAfter(long position, Consumer<RoomEvent> next) {
        long expected = position + 1;
        while (!events.isEmpty() && events.getFirst().seq() <= expected) {
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
        RoomEvent first = events.removeFirst();
        bytes -= first.json().length;
        return first;
    }
}
