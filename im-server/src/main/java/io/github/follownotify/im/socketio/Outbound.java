package io.github.follownotify.im.socketio;

import java.nio.charset.StandardCharsets;

/**
 * One Engine.IO packet on its way to a client.
 *
 * @param bytes of a text packet: type and content in UTF-8; of a binary one: the content. Shared, never changed
 * @param binary whether the content is binary
 * @param seq place in the log of the event that it carries, or 0
 */
record Outbound(byte[] bytes, boolean binary, long seq) {

    static final Outbound CLOSE = text("1");
    static final Outbound PING = text("2");
    static final Outbound PROBED = text("3probe");
    static final Outbound NOOP = text("6");

    static Outbound text(String text) {
        return new Outbound(text.getBytes(StandardCharsets.UTF_8), false, 0);
    }

    static Outbound binary(byte[] content) {
        return new Outbound(content, true, 0);
    }
}
