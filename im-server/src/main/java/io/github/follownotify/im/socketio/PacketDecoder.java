package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.protocol.PacketType;
import io.github.follownotify.im.engineio.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes Socket.IO packets strictly: what is not exactly a packet of the protocol ends the session. */
final class PacketDecoder {

    /** More than any client of ours sends, few enough to wait for. */
    private static final int MAXIMUM_ATTACHMENTS = 10;

    private static final PacketType[] TYPES = {
        PacketType.CONNECT,
        PacketType.DISCONNECT,
        PacketType.EVENT,
        PacketType.ACK,
        PacketType.ERROR,
        PacketType.BINARY_EVENT,
        PacketType.BINARY_ACK
    };

    private final String text;
    private int at;

    private PacketDecoder(String text) {
        this.text = text;
    }

    /**
     * One Socket.IO packet as it was received.
     *
     * @param namespace in netty-socketio's form: empty for the main one
     * @param ackId id of the acknowledgement that is asked for or given, or null
     * @param auth payload of CONNECT
     * @param arguments of an event (its name first) or an ack
     * @param attachments number of binary messages that follow
     */
    record Received(
            PacketType type,
            String namespace,
            @Nullable Long ackId,
            Map<String, @Nullable Object> auth,
            List<@Nullable Object> arguments,
            int attachments) {

        Received withArguments(List<@Nullable Object> complete) {
            return new Received(type, namespace, ackId, auth, complete, 0);
        }
    }

    static Received decode(byte[] message) throws ProtocolException {
        return new PacketDecoder(new String(message, StandardCharsets.UTF_8)).decode();
    }

    private Received decode() throws ProtocolException {
        int typeNumber = at < text.length() ? text.charAt(at++) - '0' : -1;
        if (typeNumber < 0 || typeNumber >= TYPES.length) {
            throw new ProtocolException("unknown packet type");
        }
        PacketType type = TYPES[typeNumber];
        int attachments = 0;
        if (type == PacketType.BINARY_EVENT || type == PacketType.BINARY_ACK) {
            Long announced = digits();
            if (announced == null || announced > MAXIMUM_ATTACHMENTS || !skip('-')) {
                throw new ProtocolException("wrong number of attachments");
            }
            attachments = announced.intValue();
        }
        String namespace = namespace();
        Long ackId = type == PacketType.CONNECT ? null : digits();
        String json = text.substring(at);
        return switch (type) {
            case CONNECT -> new Received(type, namespace, null, auth(json), List.of(), 0);
            case DISCONNECT -> {
                if (!json.isEmpty()) {
                    throw new ProtocolException("disconnect with a payload");
                }
                yield new Received(type, namespace, null, Map.of(), List.of(), 0);
            }
            case EVENT, BINARY_EVENT -> {
                List<@Nullable Object> arguments = PlainJson.array(json);
                if (arguments.isEmpty() || !(arguments.get(0) instanceof String)) {
                    throw new ProtocolException("event without a name");
                }
                yield new Received(type, namespace, ackId, Map.of(), arguments, attachments);
            }
            case ACK, BINARY_ACK -> {
                if (ackId == null) {
                    throw new ProtocolException("ack without an id");
                }
                yield new Received(type, namespace, ackId, Map.of(), PlainJson.array(json), attachments);
            }
            default -> throw new ProtocolException("a packet that only servers send");
        };
    }

    private static Map<String, @Nullable Object> auth(String json) throws ProtocolException {
        return json.isEmpty() ? Map.of() : PlainJson.object(json);
    }

    /** Up to a comma or the end; the query that old clients add is nothing we read. */
    private String namespace() {
        if (at >= text.length() || text.charAt(at) != '/') {
            return "";
        }
        int comma = text.indexOf(',', at);
        int end = comma < 0 ? text.length() : comma;
        String name = text.substring(at, end);
        at = comma < 0 ? end : comma + 1;
        int query = name.indexOf('?');
        name = query < 0 ? name : name.substring(0, query);
        return name.equals("/") ? "" : name;
    }

    private @Nullable Long digits() throws ProtocolException {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at - start > 18) {
            throw new ProtocolException("number too large");
        }
        return at == start ? null : Long.valueOf(text.substring(start, at));
    }

    private boolean skip(char expected) {
        boolean there = at < text.length() && text.charAt(at) == expected;
        at += there ? 1 : 0;
        return there;
    }
}
