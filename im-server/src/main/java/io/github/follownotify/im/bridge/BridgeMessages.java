package io.github.follownotify.im.bridge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what python-socketio publishes for its servers: JSON from 5.14 on, a pickle before.
 *
 * <p>The two differ in {@code data}. In JSON it is the list of the event's arguments, with attachments apart and in
 * Base64. In a pickle it is one argument, or a tuple of arguments, with bytes in place. A single None means no argument
 * in both.
 */
final class BridgeMessages {

    /** {@code host_id} of what follow-api writes for python-socketio's servers. */
    static final String OUR_HOST_ID = "follow-notify";

    /** Of the message around the arguments, which may be as deep as {@link EventArguments} permits. */
    private static final int MAX_JSON_DEPTH = 72;

    private static final int MAX_EVENT_LENGTH = 128;
    private static final int LONGEST_USER_ID = 19;

    /** Names that Socket.IO keeps for itself: a client library would take such an event for its own. */
    private static final Set<String> RESERVED_EVENTS =
            Set.of("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_JSON_DEPTH)
                            .build())
                    .build())
            .build();

    private final int maxBytes;

    BridgeMessages(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @throws RefusedException when it is not to be carried out */
    BridgeMessage read(byte[] message) {
        if (message.length > maxBytes) {
            throw new RefusedException(Reason.TOO_LARGE);
        }
        boolean json = message.length > 0 && (message[0] == '{' || message[0] == ' ' || message[0] == '\n');
        Object value = json ? readJson(message) : PlainUnpickler.read(message);
        if (!(value instanceof Map<?, ?> fields)) {
            throw new RefusedException(Reason.INVALID);
        }
        if (OUR_HOST_ID.equals(fields.get("host_id"))) {
            throw new RefusedException(Reason.OUR_OWN);
        }
        String method = text(fields.get("method"));
        return switch (method) {
            case "emit" -> emit(fields, json);
            case "disconnect" -> disconnect(fields);
            case "close_room" -> closeRoom(fields);
            case "callback", "enter_room", "leave_room" -> throw new RefusedException(Reason.BETWEEN_SERVERS);
            default -> throw new RefusedException(Reason.UNKNOWN_METHOD);
        };
    }

    private static @Nullable Object readJson(byte[] message) {
        try {
            return JSON.readValue(message, Object.class);
        } catch (StreamConstraintsException tooMuch) {
            throw new RefusedException(Reason.TOO_DEEP);
        } catch (JacksonException broken) {
            throw new RefusedException(Reason.UNREADABLE);
        }
    }

    private BridgeMessage emit(Map<?, ?> fields, boolean json) {
        requireMainNamespace(fields);
        String event = text(fields.get("event"));
        if (event.isBlank()
                || event.length() > MAX_EVENT_LENGTH
                || event.chars().anyMatch(Character::isISOControl)
                || RESERVED_EVENTS.contains(event)) {
            throw new RefusedException(Reason.INVALID);
        }
        Object room = fields.get("room");
        Set<Long> users = room == null ? null : users(room);
        EventArguments arguments = Boolean.TRUE.equals(fields.get("binary"))
                ? binaryArguments(fields.get("data"))
                : EventArguments.of(arguments(fields.get("data"), json), List.of(), maxBytes);
        return new BridgeMessage.Emit(event, arguments, users, skipped(fields.get("skip_sid")));
    }

    private static List<?> arguments(@Nullable Object data, boolean json) {
        if (data instanceof Object[] tuple) {
            return Arrays.asList(tuple);
        }
        List<?> arguments = json && data instanceof List<?> list ? list : Arrays.asList(data);
        return arguments.size() == 1 && arguments.get(0) == null ? List.of() : arguments;
    }

    /** The list of arguments and, behind it, their attachments. */
    private EventArguments binaryArguments(@Nullable Object data) {
        if (!(data instanceof List<?> parts) || parts.isEmpty()) {
            throw new RefusedException(Reason.INVALID);
        }
        List<byte[]> attachments = new ArrayList<>();
        for (Object part : parts.subList(1, parts.size())) {
            try {
                attachments.add(Base64.getDecoder().decode(text(part)));
            } catch (IllegalArgumentException notBase64) {
                throw new RefusedException(Reason.INVALID);
            }
        }
        return EventArguments.of(arguments(parts.get(0), true), attachments, maxBytes);
    }

    private static BridgeMessage disconnect(Map<?, ?> fields) {
        requireMainNamespace(fields);
        return new BridgeMessage.Disconnect(text(fields.get("sid")));
    }

    private static BridgeMessage closeRoom(Map<?, ?> fields) {
        requireMainNamespace(fields);
        Object room = fields.get("room");
        if (room == null) {
            throw new RefusedException(Reason.INVALID);
        }
        return new BridgeMessage.CloseRoom(users(room));
    }

    private static void requireMainNamespace(Map<?, ?> fields) {
        Object namespace = fields.get("namespace");
        if (namespace != null && !"/".equals(namespace)) {
            throw new RefusedException(namespace instanceof String ? Reason.OTHER_NAMESPACE : Reason.INVALID);
        }
    }

    private static Set<Long> users(Object room) {
        Set<Long> users = new LinkedHashSet<>();
        for (Object name : several(room)) {
            long user = user(name);
            if (user > 0) {
                users.add(user);
            }
        }
        if (users.isEmpty()) {
            throw new RefusedException(Reason.NO_USER);
        }
        return users;
    }

    /** @return 0 for a room that is no user's */
    private static long user(@Nullable Object room) {
        if (room instanceof Integer || room instanceof Long) {
            return ((Number) room).longValue();
        }
        String digits = text(room);
        if (digits.isEmpty()
                || digits.length() > LONGEST_USER_ID
                || digits.charAt(0) == '0'
                || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return 0;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException beyond64Bits) {
            return 0;
        }
    }

    private static Set<String> skipped(@Nullable Object skipSid) {
        if (skipSid == null) {
            return Set.of();
        }
        Set<String> sockets = new HashSet<>();
        for (Object socket : several(skipSid)) {
            if (socket != null) {
                sockets.add(text(socket));
            }
        }
        return sockets;
    }

    private static List<?> several(Object oneOrMore) {
        if (oneOrMore instanceof Object[] tuple) {
            return Arrays.asList(tuple);
        }
        return oneOrMore instanceof List<?> list ? list : List.of(oneOrMore);
    }

    private static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new RefusedException(Reason.INVALID);
    }
}
