package io.github.follownotify.im.engineio;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One Engine.IO packet.
 *
 * @param bytes of a text packet: type and content in UTF-8; of a binary one: the content. Shared, never changed
 * @param binary whether the content is binary
 */
public record EnginePacket(byte[] bytes, boolean binary) {

    static final EnginePacket CLOSE = text("1");
    static final EnginePacket PING = text("2");
    static final EnginePacket PROBED = text("3probe");
    static final EnginePacket NOOP = text("6");

    static EnginePacket open(UUID sessionId, boolean mayUpgrade, EngineSettings settings) {
        return text("0{\"sid\":\"" + sessionId
                + "\",\"upgrades\":[" + (mayUpgrade ? "\"websocket\"" : "")
                + "],\"pingInterval\":" + settings.pingInterval().toMillis()
                + ",\"pingTimeout\":" + settings.pingTimeout().toMillis()
                + ",\"maxPayload\":" + settings.maxPayload().toBytes() + "}");
    }

    /** @param text begins with the packet's type */
    public static EnginePacket text(String text) {
        return new EnginePacket(text.getBytes(StandardCharsets.UTF_8), false);
    }

    public static EnginePacket binary(byte[] content) {
        return new EnginePacket(content, true);
    }
}
