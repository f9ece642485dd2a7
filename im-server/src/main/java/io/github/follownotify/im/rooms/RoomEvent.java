package io.github.follownotify.im.rooms;

/**
 * An event on its way to one user's devices.
 *
 * @param userId user whose devices get it
 * @param type name under which clients receive it
 * @param json body as UTF-8 JSON text, passed through as it came; not to be changed by anyone
 * @param seq number in the log, or 0 for an event that is not in it
 * @param createdAtMillis time of the commit in epoch milliseconds, or 0 when unknown
 * @param id the event's UUID as text, or an empty text when it has none
 */
public record RoomEvent(long userId, String type, byte[] json, long seq, long createdAtMillis, String id) {

    /** The offset of a client that has received it. */
    public LogOffset offset() {
        return new LogOffset(seq, LogOffset.tagOf(id));
    }

    public boolean isInLog() {
        return seq > 0;
    }
}
