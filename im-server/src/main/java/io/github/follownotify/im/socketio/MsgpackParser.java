package io.github.follownotify.im.socketio;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** As much of socket.io-msgpack-parser as it takes to tell its clients that this server does not speak it. */
final class MsgpackParser {

    private static final int MAP = 0x80;
    private static final int SHORT_TEXT = 0xA0;
    private static final int TEXT = 0xD9;
    private static final int TYPE_CONNECT_ERROR = 4;

    private MsgpackParser() {}

    /** A packet of that parser is a map of up to 15 members; with the default parser no client begins with binary. */
    static boolean isConnect(byte[] message) {
        return message.length > 0 && (message[0] & 0xF0) == MAP;
    }

    /** {@code {type: 4, nsp: "/", data: {message}}}. */
    static byte[] connectError(String message) {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(MAP | 3);
        text(packet, "type");
        packet.write(TYPE_CONNECT_ERROR);
        text(packet, "nsp");
        text(packet, "/");
        text(packet, "data");
        packet.write(MAP | 1);
        text(packet, "message");
        text(packet, message);
        return packet.toByteArray();
    }

    private static void text(ByteArrayOutputStream packet, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length < 32) {
            packet.write(SHORT_TEXT | utf8.length);
        } else {
            packet.write(TEXT);
            packet.write(utf8.length);
        }
        packet.writeBytes(utf8);
    }
}
