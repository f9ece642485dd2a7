package io.github.follownotify.im.broker;

import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Classifies and validates messages; a body is checked without building anything from it. */
final class EventMessages {

    static final String HEARTBEAT_TYPE = "log head";

    private static final int MAX_TYPE_LENGTH = 128;
    private static final int MAX_ID_LENGTH = 64;
    private static final int MAX_DEPTH = 64;

    /** Names that Socket.IO reserves: a client library would treat such an event as its own. */
    private static final Set<String> RESERVED_TYPES =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    /** Encoding detection is off: it would accept UTF-16 as valid JSON, but clients get the bytes as UTF-8. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final long maxBodyBytes;

    /** Most events are of one type; sharing the string makes each remembered event considerably smaller. */
    private String lastType = "";

    EventMessages(long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    Content read(Message message) {
        MessageProperties properties = message.getMessageProperties();
        String type = properties.getType();
        if (HEARTBEAT_TYPE.equals(type)) {
            long head = number(properties, "seq", -1);
            return head < 0
                    ? new Invalid(Reason.SEQ)
                    : new Heartbeat(
                            new LogOffset(head, LogOffset.tagOf(properties.getHeader("head_id"))),
                            Math.max(head, number(properties, "overdue_seq", head)));
        }
        long userId = userId(properties.getReceivedRoutingKey());
        if (userId <= 0) {
            return new Invalid(Reason.ROUTING_KEY);
        }
        if (type == null || !isSensible(type)) {
            return new Invalid(Reason.TYPE);
        }
        long seq = number(properties, "seq", 0);
        if (seq < 0 || (seq == 0 && properties.getHeader("seq") != null)) {
            return new Invalid(Reason.SEQ);
        }
        byte[] body = message.getBody();
        if (body.length > maxBodyBytes) {
            return new Invalid(Reason.TOO_LARGE);
        }
        JsonToken begin = isUtf8(body) ? beginOfJson(body) : null;
        if (begin == null) {
            return new Invalid(Reason.NOT_JSON);
        }
        // A stock client takes a string at the end of an event for an offset, and could not recover from it.
        if (seq == 0 && begin != JsonToken.START_OBJECT && begin != JsonToken.START_ARRAY) {
            return new Invalid(Reason.SCALAR);
        }
        if (!type.equals(lastType)) {
            lastType = type;
        }
        String id = properties.getMessageId();
        return new Event(new RoomEvent(
                userId,
                lastType,
                body,
                seq,
                Math.max(0, number(properties, "created_at", 0)),
                id == null || !isPrintable(id, MAX_ID_LENGTH) ? "" : id));
    }

    private static long userId(@Nullable String routingKey) {
        if (routingKey == null || routingKey.isEmpty() || routingKey.length() > 19) {
            return -1;
        }
        for (int i = 0; i < routingKey.length(); i++) {
            if (routingKey.charAt(i) < '0' || routingKey.charAt(i) > '9') {
                return -1;
            }
        }
        if (routingKey.charAt(0) == '0') {
            return -1;
        }
        try {
            return Long.parseLong(routingKey);
        } catch (NumberFormatException beyond64Bits) {
            return -1;
        }
    }

    private static boolean isSensible(String type) {
        return !type.isBlank() && isPrintable(type, MAX_TYPE_LENGTH) && !RESERVED_TYPES.contains(type);
    }

    private static boolean isPrintable(String text, int maxLength) {
        return text.length() <= maxLength && text.chars().noneMatch(Character::isISOControl);
    }

    /** The header's value; the default when there is none; -1 when it is not a 64-bit integer. */
    private static long number(MessageProperties properties, String header, long absent) {
        Object value = properties.getHeader(header);
        if (value == null) {
            return absent;
        }
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte
                ? ((Number) value).longValue()
                : -1;
    }

    private static boolean isUtf8(byte[] body) {
        for (byte b : body) {
            if (b < 0) {
                return isUtf8BeyondAscii(body);
            }
        }
        return true;
    }

    private static boolean isUtf8BeyondAscii(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }

    /** @return the first token of a body that is one JSON value and nothing else, or null */
    private static @Nullable JsonToken beginOfJson(byte[] body) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            JsonToken begin = parser.nextToken();
            if (begin == null) {
                return null;
            }
            parser.skipChildren();
            parser.finishToken();
            return parser.nextToken() == null ? begin : null;
        } catch (JacksonException broken) {
            return null;
        }
    }

    /** What a message turned out to be. */
    sealed interface Content {}

    record Event(RoomEvent event) implements Content {}

    /**
     * A heartbeat: how far the log reaches.
     *
     * @param head last event up to which the broker has confirmed everything
     * @param overdue last seq that it should have confirmed long ago, at least the head's
     */
    record Heartbeat(LogOffset head, long overdue) implements Content {}

    record Invalid(Reason reason) implements Content {}

    /** Why a message is malformed; the text goes into the parked message's header. */
    enum Reason {
        ROUTING_KEY("routing key is no user id"),
        TYPE("type is missing or not usable"),
        SEQ("seq is no positive number"),
        TOO_LARGE("body is too large"),
        NOT_JSON("body is not JSON"),
        SCALAR("body of an event without seq is neither an object nor an array");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        /** The value of the metric's tag "reason". */
        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
