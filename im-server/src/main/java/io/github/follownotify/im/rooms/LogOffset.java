package io.github.follownotify.im.rooms;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which event of the log a reader has reached: its number, and enough of its id to tell it from another event that was
 * given the same number after a failover or a restore.
 *
 * <p>As text, which is what clients store, {@code 17.5f3a9c01}: the seq, a dot, and the first 32 bits of the event's
 * UUID in hexadecimal digits. A bare {@code 17} is understood, too, and is not checked.
 *
 * @param seq number of the event; 0 for the beginning of the log
 * @param tag first 32 bits of the event's UUID, or {@link #UNCHECKED}
 */
public record LogOffset(long seq, int tag) {

    /** The tag of an event whose id is not known, or is no UUID. */
    public static final int UNCHECKED = 0;

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})(?:\\.([0-9a-f]{8}))?");

    private static final int TAG_DIGITS = 8;

    public static LogOffset unchecked(long seq) {
        return new LogOffset(seq, UNCHECKED);
    }

    /** @return what a client sent as its offset, or null when it is not an offset */
    public static @Nullable LogOffset parse(@Nullable Object shown) {
        if (shown instanceof Integer || shown instanceof Long) {
            long seq = ((Number) shown).longValue();
            return seq < 0 ? null : unchecked(seq);
        }
        if (!(shown instanceof String text)) {
            return null;
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        String tag = parts.group(2);
        return new LogOffset(
                Long.parseLong(parts.group(1)), tag == null ? UNCHECKED : Integer.parseUnsignedInt(tag, 16));
    }

    /** @return the first 32 bits of a UUID, or {@link #UNCHECKED} when the text does not begin like one */
    public static int tagOf(@Nullable String eventId) {
        if (eventId == null || eventId.length() < TAG_DIGITS) {
            return UNCHECKED;
        }
        int tag = 0;
        for (int i = 0; i < TAG_DIGITS; i++) {
            int digit = Character.digit(eventId.charAt(i), 16);
            if (digit < 0) {
                return UNCHECKED;
            }
            tag = tag << 4 | digit;
        }
        return tag;
    }

    /** Whether an event with this tag is certainly not the event of this offset. */
    public boolean contradicts(int otherTag) {
        return tag != UNCHECKED && otherTag != UNCHECKED && tag != otherTag;
    }

    /** The form that clients store. */
    @Override
    public String toString() {
        return tag == UNCHECKED
                ? Long.toString(seq)
                : seq + "." + HexFormat.of().toHexDigits(tag);
    }
}
