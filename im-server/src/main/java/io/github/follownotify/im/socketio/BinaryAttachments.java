package io.github.follownotify.im.socketio;

import io.github.follownotify.im.engineio.ProtocolException;
import io.github.follownotify.im.socketio.PacketDecoder.Received;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A packet whose binary attachments are still coming, bounded by their number and their size together. */
final class BinaryAttachments {

    private final Received packet;
    private final long maxBytes;
    private final List<byte[]> attachments = new ArrayList<>();
    private long bytes;

    BinaryAttachments(Received packet, long maxBytes) {
        this.packet = packet;
        this.maxBytes = maxBytes;
    }

    /** @return the complete packet, or null while attachments are missing */
    @Nullable
    Received add(byte[] attachment) throws ProtocolException {
        bytes += attachment.length;
        if (bytes > maxBytes) {
            throw new ProtocolException("attachments too large");
        }
        attachments.add(attachment);
        if (attachments.size() < packet.attachments()) {
            return null;
        }
        List<@Nullable Object> complete = new ArrayList<>();
        for (Object argument : packet.arguments()) {
            complete.add(resolve(argument));
        }
        return packet.withArguments(complete);
    }

    private @Nullable Object resolve(@Nullable Object value) throws ProtocolException {
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object element : list) {
                copy.add(resolve(element));
            }
            return copy;
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        if (Boolean.TRUE.equals(map.get("_placeholder"))) {
            if (map.get("num") instanceof Integer number && number >= 0 && number < attachments.size()) {
                return attachments.get(number);
            }
            throw new ProtocolException("placeholder without an attachment");
        }
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            copy.put(entry.getKey(), resolve(entry.getValue()));
        }
        return copy;
    }
}
