package io.github.follownotify.follow.web;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The W3C trace context of a request, as far as it is passed on. */
public final class TraceParent {

    public static final String HEADER = "traceparent";

    private static final Pattern VALID =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /** The header's value when it can be passed on; the specification wants any other ignored. */
    public static @Nullable String validOrNull(@Nullable String header) {
        return header != null && VALID.matcher(header).matches() ? header : null;
    }

    /** The id of the caller's trace, or a new one. */
    static String traceId(@Nullable String header) {
        if (validOrNull(header) != null && header != null) {
            return header.substring(3, 35);
        }
        byte[] id = new byte[16];
        ThreadLocalRandom.current().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
