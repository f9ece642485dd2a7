package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import io.github.follownotify.im.engineio.EnginePacket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes the Socket.IO packets that are not spliced: replies, acks, and what listeners send. */
final class PacketEncoder {

    private PacketEncoder() {}

    /** @return the packet and its binary attachments */
    static List<EnginePacket> encode(Packet packet) {
        PacketType type = packet.getSubType() == null ? PacketType.EVENT : packet.getSubType();
        List<byte[]> attachments = new ArrayList<>();
        String json = "";
        if (type == PacketType.EVENT || type == PacketType.ACK) {
            List<@Nullable Object> values = new ArrayList<>();
            if (type == PacketType.EVENT) {
                values.add(packet.getName());
            }
            values.addAll(packet.<List<@Nullable Object>>getData());
            json = PlainJson.write(withPlaceholders(values, attachments));
        } else if (packet.getData() != null) {
            json = PlainJson.write(packet.getData());
        }
        StringBuilder text = new StringBuilder("4");
        if (attachments.isEmpty()) {
            text.append(type.getValue());
        } else {
            text.append(type == PacketType.EVENT ? '5' : '6')
                    .append(attachments.size())
                    .append('-');
        }
        if (!packet.getNsp().isEmpty()) {
            text.append(packet.getNsp()).append(',');
        }
        if (packet.getAckId() != null) {
            text.append(packet.getAckId());
        }
        List<EnginePacket> encoded = new ArrayList<>();
        encoded.add(EnginePacket.text(text.append(json).toString()));
        attachments.forEach(attachment -> encoded.add(EnginePacket.binary(attachment)));
        return encoded;
    }

    private static @Nullable Object withPlaceholders(@Nullable Object value, List<byte[]> attachments) {
        if (value instanceof byte[] binary) {
            attachments.add(binary);
            Map<String, Object> placeholder = new LinkedHashMap<>();
            placeholder.put("_placeholder", true);
            placeholder.put("num", attachments.size() - 1);
            return placeholder;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(element -> copy.add(withPlaceholders(element, attachments)));
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, element) -> copy.put(key, withPlaceholders(element, attachments)));
            return copy;
        }
        return value;
    }
}
