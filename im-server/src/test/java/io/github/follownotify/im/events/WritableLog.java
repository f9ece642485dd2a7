package io.github.follownotify.im.events;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.rooms.RoomEvent;
import java.nio.charset.StandardCharsets;
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

    static RoomEvent event(long userId, long seq) {
        String json = "{\"n\":" + seq + "}";
        return new RoomEvent(userId, "following notify", json.getBytes(StandardCharsets.UTF_8), seq, 0, "id-" + seq);
    }

    synchronized RoomEvent write(long userId) {
        RoomEvent event = event(userId, ++head);
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
        return new LogPage(page, head, oldest);
    }
}
