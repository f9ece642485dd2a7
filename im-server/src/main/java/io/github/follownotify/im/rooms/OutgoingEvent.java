package io.github.follownotify.im.rooms;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * An event as the Socket.IO packet that clients receive.
 *
 * <p>The broker's JSON is spliced into the packet once; the bytes are then shared by all devices and transports, so
 * nobody may change them. Belongs to the thread that emits; only the bytes leave it.
 */
public final class OutgoingEvent {

    private static final byte[] MESSAGE_EVENT = ascii("42[");
    private static final byte[] END = ascii("]");

    private final RoomEvent event;
    private byte @Nullable [] packet;
    private byte @Nullable [] packetWithOffset;

    public OutgoingEvent(RoomEvent event) {
        this.event = event;
    }

    public long seq() {
        return event.seq();
    }

    /** {@code 42["type",json]}. */
    public byte[] packet() {
        if (packet == null) {
            packet = splice(END);
        }
        return packet;
    }

    /** {@code 42["type",json,"offset"]}; without the last argument when the event is not in the log. */
    public byte[] packetWithOffset() {
        if (!event.isInLog()) {
            return packet();
        }
        if (packetWithOffset == null) {
            packetWithOffset = splice(ascii(",\"" + event.offset() + "\"]"));
        }
        return packetWithOffset;
    }

    private byte[] splice(byte[] end) {
        byte[] name = JsonStringEncoder.getInstance().quoteAsUTF8(event.type());
        byte[] json = event.json();
        byte[] bytes = new byte[MESSAGE_EVENT.length + name.length + 3 + json.length + end.length];
        int at = put(bytes, 0, MESSAGE_EVENT);
        bytes[at++] = '"';
        at = put(bytes, at, name);
        bytes[at++] = '"';
        bytes[at++] = ',';
        at = put(bytes, at, json);
        put(bytes, at, end);
        return bytes;
    }

    private static int put(byte[] target, int at, byte[] part) {
        System.arraycopy(part, 0, target, at, part.length);
        return at + part.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
