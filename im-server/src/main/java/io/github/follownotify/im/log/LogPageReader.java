package io.github.follownotify.im.log;

import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a page of the log without building a tree, and cuts each event's data out of the answer byte by byte: a client
 * gets the same text, whether its event came over the broker or out of the log.
 */
final class LogPageReader {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .build();

    private final byte[] answer;

    private LogPageReader(byte[] answer) {
        this.answer = answer;
    }

    /** @throws LogUnavailableException when the answer is not a page of the log */
    static LogPage read(byte[] answer) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), answer)) {
            return new LogPageReader(answer).page(parser);
        } catch (JacksonException | DateTimeParseException notUnderstood) {
            throw new LogUnavailableException("follow-api's answer is not a page of the log", notUnderstood);
        }
    }

    /** @throws LogUnavailableException when the answer does not tell what several users missed */
    static MissedPages readMissed(byte[] answer) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), answer)) {
            return new LogPageReader(answer).missedPages(parser);
        } catch (JacksonException | DateTimeParseException notUnderstood) {
            throw new LogUnavailableException("follow-api's answer is not a list of missed events", notUnderstood);
        }
    }

    private LogPage page(JsonParser parser) {
        List<RoomEvent> events = new ArrayList<>();
        long head = -1;
        long oldestSeq = -1;
        int afterTag = LogOffset.UNCHECKED;
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "items" -> events(parser, value, 0, events);
                case "head" -> head = parser.getLongValue();
                case "oldest_seq" -> oldestSeq = parser.getLongValue();
                case "after_id" -> afterTag = tag(parser, value);
                default -> parser.skipChildren();
            }
        }
        requireBounds(head, oldestSeq);
        return new LogPage(events, head, oldestSeq, afterTag);
    }

    private MissedPages missedPages(JsonParser parser) {
        List<UserPage> pages = new ArrayList<>();
        long head = -1;
        long oldestSeq = -1;
        int limit = 0;
        expect(parser.nextToken(), JsonToken.START_OBJECT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "items" -> {
                    expect(value, JsonToken.START_ARRAY);
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        pages.add(userPage(parser));
                    }
                }
                case "head" -> head = parser.getLongValue();
                case "oldest_seq" -> oldestSeq = parser.getLongValue();
                case "limit" -> limit = parser.getIntValue();
                default -> parser.skipChildren();
            }
        }
        requireBounds(head, oldestSeq);
        if (limit <= 0) {
            throw new LogUnavailableException("follow-api's answer names no limit");
        }
        Map<MissedPages.Pair, LogPage> byPair = new HashMap<>();
        for (UserPage page : pages) {
            byPair.put(page.pair(), new LogPage(page.events(), head, oldestSeq, page.afterTag()));
        }
        return new MissedPages(byPair, limit);
    }

    /** follow-api names the user before the events. */
    private UserPage userPage(JsonParser parser) {
        List<RoomEvent> events = new ArrayList<>();
        long userId = 0;
        long after = -1;
        int afterTag = LogOffset.UNCHECKED;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "user_id" -> userId = parser.getLongValue();
                case "after" -> after = parser.getLongValue();
                case "after_id" -> afterTag = tag(parser, value);
                case "events" -> events(parser, value, userId, events);
                default -> parser.skipChildren();
            }
        }
        return new UserPage(new MissedPages.Pair(userId, after), events, afterTag);
    }

    private static int tag(JsonParser parser, @Nullable JsonToken value) {
        return value == JsonToken.VALUE_NULL ? LogOffset.UNCHECKED : LogOffset.tagOf(parser.getString());
    }

    private static void requireBounds(long head, long oldestSeq) {
        if (head < 0 || oldestSeq < 0) {
            throw new LogUnavailableException("follow-api's answer names no head or no oldest_seq");
        }
    }

    private void events(JsonParser parser, @Nullable JsonToken value, long userId, List<RoomEvent> events) {
        expect(value, JsonToken.START_ARRAY);
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            events.add(event(parser, userId));
        }
    }

    private RoomEvent event(JsonParser parser, long userId) {
        long seq = 0;
        long room = userId;
        String type = "";
        String id = "";
        long createdAt = 0;
        byte @Nullable [] data = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "seq" -> seq = parser.getLongValue();
                case "room" -> room = parser.getLongValue();
                case "event" -> type = parser.getString();
                case "id" -> id = value == JsonToken.VALUE_NULL ? "" : parser.getString();
                case "created_at" ->
                    createdAt = value == JsonToken.VALUE_NULL
                            ? 0
                            : Instant.parse(parser.getString()).toEpochMilli();
                case "data" -> data = slice(parser);
                default -> parser.skipChildren();
            }
        }
        if (seq <= 0 || room <= 0 || type.isEmpty() || data == null) {
            throw new LogUnavailableException("an item of follow-api's log lacks seq, room, event or data, seq=" + seq);
        }
        return new RoomEvent(room, type, data, seq, createdAt, id);
    }

    private byte[] slice(JsonParser parser) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            parser.skipChildren();
        } else if (token == JsonToken.VALUE_STRING) {
            parser.finishToken();
        } else {
            // After a number the parser has already read one byte further; its text is the same.
            return parser.getString().getBytes(StandardCharsets.UTF_8);
        }
        return Arrays.copyOfRange(answer, start, (int) parser.currentLocation().getByteOffset());
    }

    private static void expect(@Nullable JsonToken token, JsonToken expected) {
        if (token != expected) {
            throw new LogUnavailableException("follow-api's answer has " + token + " where " + expected + " belongs");
        }
    }

    private record UserPage(MissedPages.Pair pair, List<RoomEvent> events, int afterTag) {}
}
