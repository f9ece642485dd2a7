package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;

/** Reads what the generator needs out of an event's packet, without parsing it as JSON. */
final class Events {

    static final long NONE = -1;

    private static final byte[] NAME = "42[\"following notify\",".getBytes(US_ASCII);
    private static final byte[] USER = "\"user_id\":".getBytes(US_ASCII);

    private Events() {}

    /** @return {@code user_id} of a "following notify"; {@link #NONE} for any other event */
    static long userId(ByteBuf packet) {
        if (!isAt(packet, packet.readerIndex(), NAME)) {
            return NONE;
        }
        int last = packet.writerIndex() - USER.length;
        for (int i = packet.readerIndex() + NAME.length; i < last; i++) {
            if (packet.getByte(i) == '"' && isAt(packet, i, USER)) {
                return digits(packet, i + USER.length);
            }
        }
        return NONE;
    }

    /**
     * @return the number in the offset ({@code 17} of {@code "17.5f3a9c01"}), which is the last argument of an event
     *     that lives in the log; {@link #NONE} for any other event
     */
    static long offset(ByteBuf packet) {
        int i = packet.writerIndex() - 2;
        if (packet.getByte(i) != '"') {
            return NONE;
        }
        do {
            i--;
        } while (packet.getByte(i) != '"');
        byte first = packet.getByte(i + 1);
        return first >= '0' && first <= '9' ? digits(packet, i + 1) : NONE;
    }

    private static long digits(ByteBuf packet, int from) {
        int i = packet.getByte(from) == ' ' ? from + 1 : from;
        long number = 0;
        for (byte digit; (digit = packet.getByte(i)) >= '0' && digit <= '9'; i++) {
            number = number * 10 + digit - '0';
        }
        return number;
    }

    private static boolean isAt(ByteBuf packet, int at, byte[] text) {
        if (at + text.length > packet.writerIndex()) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (packet.getByte(at + i) != text[i]) {
                return false;
            }
        }
        return true;
    }
}
