package io.github.follownotify.im.rooms;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
    private final List<byte[]> attachments;
    private byte @Nullable [] packet;
    private byte @Nullable [] packetWithOffset;

    public OutgoingEvent(RoomEvent event) {
        this(event, List.of());
    }

    /**
     * An event that is not in the log.
     *
     * @param arguments its arguments in JSON, separated by commas; empty when there are none
     * @param attachments binary contents that placeholders among the arguments stand for
     */
    public OutgoingEvent(String type, byte[] arguments, List<byte[]> attachments) {
        this(new RoomEvent(0, type, arguments, 0, 0, ""), attachments);
    }

    private OutgoingEvent(RoomEvent event, List<byte[]> attachments) {
        this.event = event;
        this.attachments = attachments;
    }

    public long seq() {
        return event.seq();
    }

    /** What follows the packet, each as a binary message; nothing else may come in between. */
    public List<byte[]> attachments() {
        return attachments;
    }

    /** {@code 42["type",json]}, or {@code 451-["type",json]} when an attachment follows. */
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
        byte[] begin = attachments.isEmpty() ? MESSAGE_EVENT : ascii("45" + attachments.size() + "-[");
        byte[] name = JsonStringEncoder.getInstance().quoteAsUTF8(event.type());
        byte[] json = event.json();
        int comma = json.length == 0 ? 0 : 1;
        byte[] bytes = new byte[begin.length + name.length + 2 + comma + json.length + end.length];
        int at = put(bytes, 0, begin);
        bytes[at++] = '"';
        at = put(bytes, at, name);
        bytes[at++] = '"';
        if (comma > 0) {
            bytes[at++] = ',';
        }
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
