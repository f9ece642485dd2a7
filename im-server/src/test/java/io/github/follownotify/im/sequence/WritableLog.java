package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/** A log in memory, as follow-api would answer for it. */
final class WritableLog implements CatchUp.Log {

    private final NavigableMap<Long, RoomEvent> events = new TreeMap<>();
    private long head;
    private long oldest = 1;
    private int failuresToCome;
    private int reads;
    private int history = 1;

    /** As after a failover to a replica that was behind: what was committed after this seq is gone. */
    synchronized void loseEverythingAfter(long seq) {
        events.tailMap(seq, false).clear();
        head = seq;
        history++;
    }

    synchronized RoomEvent write(long userId) {
        RoomEvent usual = TestEvents.event(userId, ++head);
        RoomEvent event = new RoomEvent(userId, usual.type(), usual.json(), head, 0, TestEvents.id(head, history));
        events.put(head, event);
        return event;
    }

    synchronized void writeUpTo(long seq) {
        while (head < seq) {
            write(1 + head % 7);
        }
    }

    synchronized RoomEvent get(long seq) {
        return Objects.requireNonNull(events.get(seq), () -> "no event " + seq);
    }

    synchronized long head() {
        return head;
    }

    synchronized int reads() {
        return reads;
    }

    synchronized void trimUpTo(long seq) {
        events.headMap(seq, true).clear();
        oldest = seq + 1;
    }

    /** As when a user is erased: the number is given, the row is gone. */
    synchronized void erase(long seq) {
        events.remove(seq);
    }

    synchronized void replaceByOneThatEndsAt(long seq) {
        events.clear();
        head = 0;
        oldest = 1;
        history++;
        writeUpTo(seq);
    }

    synchronized void failNext(int times) {
        failuresToCome = times;
    }

    @Override
    public synchronized LogPage after(long seq, int limit) {
        reads++;
        if (failuresToCome > 0) {
            failuresToCome--;
            throw new LogUnavailableException("not now");
        }
        List<RoomEvent> page = new ArrayList<>();
        // Not by a stream: it asks for the size of the rest, which a map's tail finds by counting.
        for (RoomEvent event : events.tailMap(seq, false).values()) {
            if (page.size() == limit) {
                break;
            }
            page.add(event);
        }
        RoomEvent before = events.get(seq);
        return new LogPage(
                page,
                head,
                oldest,
                before == null ? LogOffset.UNCHECKED : before.offset().tag());
    }
}
