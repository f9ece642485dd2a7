package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * How several packets share one HTTP body: differently in Engine.IO 4 and 3. Binary content travels as base64 text in
 * both.
 */
enum PollingPayload {
    /** Packets are separated by the record separator. */
    V4 {
        @Override
        void append(ByteBuf body, EnginePacket packet) {
            if (body.isReadable()) {
                body.writeByte(RECORD_SEPARATOR);
            }
            if (packet.binary()) {
                body.writeByte('b').writeBytes(Base64.getEncoder().encode(packet.bytes()));
            } else {
                body.writeBytes(packet.bytes());
            }
        }

        @Override
        List<EnginePacket> split(byte[] body, RateLimit limit) throws ProtocolException {
            List<EnginePacket> packets = new ArrayList<>();
            int start = 0;
            for (int i = 0; i <= body.length; i++) {
                if (i == body.length || body[i] == RECORD_SEPARATOR) {
                    take(limit);
                    packets.add(packet(Arrays.copyOfRange(body, start, i), 1));
                    start = i + 1;
                }
            }
            return packets;
        }
    },

    /** Each packet follows its length in UTF-16 code units and a colon. */
    V3 {
        @Override
        void append(ByteBuf body, EnginePacket packet) {
            byte[] text = packet.bytes();
            if (packet.binary()) {
                text = ("b4" + Base64.getEncoder().encodeToString(packet.bytes())).getBytes(StandardCharsets.US_ASCII);
            }
            ByteBufUtil.writeAscii(body, Integer.toString(codeUnits(text)));
            body.writeByte(':').writeBytes(text);
        }

        @Override
        List<EnginePacket> split(byte[] body, RateLimit limit) throws ProtocolException {
            if (body.length > 0 && (body[0] == 0 || body[0] == 1)) {
                return splitBinary(body, limit);
            }
            if (body.length == 0) {
                throw new ProtocolException("payload without a packet");
            }
            List<EnginePacket> packets = new ArrayList<>();
            String text = new String(body, StandardCharsets.UTF_8);
            int at = 0;
            while (at < text.length()) {
                take(limit);
                int colon = text.indexOf(':', at);
                int length = colon < 0 ? -1 : number(text.substring(at, colon));
                if (length < 1 || length > text.length() - colon - 1) {
                    throw new ProtocolException("payload with a wrong length");
                }
                at = colon + 1 + length;
                packets.add(packet(text.substring(colon + 1, at).getBytes(StandardCharsets.UTF_8), 2));
            }
            return packets;
        }
    };

    private static final byte RECORD_SEPARATOR = 0x1e;

    abstract void append(ByteBuf body, EnginePacket packet);

    /** @param limit what each packet counts towards, before it is read */
    abstract List<EnginePacket> split(byte[] body, RateLimit limit) throws ProtocolException;

    /** In Engine.IO 3, 0 (text) or 1 (binary), the length as bytes of one decimal digit each, 255, the content. */
    private static List<EnginePacket> splitBinary(byte[] body, RateLimit limit) throws ProtocolException {
        List<EnginePacket> packets = new ArrayList<>();
        int at = 0;
        while (at < body.length) {
            take(limit);
            boolean binary = body[at++] == 1;
            ByteArrayOutputStream digits = new ByteArrayOutputStream();
            while (at < body.length && body[at] != (byte) 255) {
                digits.write('0' + body[at++]);
            }
            at++;
            int length = number(digits.toString(StandardCharsets.US_ASCII));
            if (length < 1 || length > body.length - at) {
                throw new ProtocolException("payload with a wrong length");
            }
            byte[] content = Arrays.copyOfRange(body, at, at + length);
            // The first byte of binary content is the packet's type, which can only be "message".
            packets.add(
                    binary
                            ? EnginePacket.binary(Arrays.copyOfRange(content, 1, length))
                            : new EnginePacket(content, false));
            at += length;
        }
        return packets;
    }

    private static void take(RateLimit limit) throws ProtocolException {
        if (!limit.tryTake()) {
            throw new ProtocolException("too many packets", CloseReason.FLOOD);
        }
    }

    private static EnginePacket packet(byte[] text, int base64Prefix) throws ProtocolException {
        if (text.length == 0) {
            throw new ProtocolException("empty packet");
        }
        if (text[0] != 'b') {
            return new EnginePacket(text, false);
        }
        try {
            // As MIME does: the Java client's encoder ends its text, and breaks long ones, with line feeds.
            return EnginePacket.binary(Base64.getMimeDecoder()
                    .decode(Arrays.copyOfRange(text, Math.min(base64Prefix, text.length), text.length)));
        } catch (IllegalArgumentException noBase64) {
            throw new ProtocolException("binary packet that is not base64");
        }
    }

    private static int number(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    }

    private static int codeUnits(byte[] utf8) {
        int units = 0;
        for (byte b : utf8) {
            if ((b & 0xC0) != 0x80) {
                units += (b & 0xF8) == 0xF0 ? 2 : 1;
            }
        }
        return units;
    }
}
