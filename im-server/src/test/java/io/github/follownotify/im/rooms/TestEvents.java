package io.github.follownotify.im.rooms;

import java.nio.charset.StandardCharsets;

/** Events as tests need them, each with a body and an id that only its seq determines. */
public final class TestEvents {

    private TestEvents() {}

    public static RoomEvent event(long userId, long seq) {
        String json = "{\"n\":" + seq + "}";
        return new RoomEvent(userId, "following notify", json.getBytes(StandardCharsets.UTF_8), seq, 0, id(seq, 1));
    }

    /** As a UUID: its first half is the seq, which no event of another history has. */
    public static String id(long seq, int history) {
        return "%08x-0000-4000-8000-%012d".formatted((int) (seq * 16 + history), seq);
    }
}
