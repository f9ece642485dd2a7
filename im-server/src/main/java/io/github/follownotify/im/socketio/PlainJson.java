package io.github.follownotify.im.socketio;

import io.github.follownotify.im.engineio.ProtocolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as plain maps, lists, texts and numbers: no class is ever chosen by what a client sent. */
public final class PlainJson {

    private static final int MAXIMUM_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAXIMUM_DEPTH)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PlainJson() {}

    static List<@Nullable Object> array(String json) throws ProtocolException {
        List<@Nullable Object> array = read(json, new TypeReference<>() {});
        if (array == null) {
            throw new ProtocolException("payload is not an array");
        }
        return array;
    }

    static Map<String, @Nullable Object> object(String json) throws ProtocolException {
        Map<String, @Nullable Object> object = read(json, new TypeReference<>() {});
        if (object == null) {
            throw new ProtocolException("payload is not an object");
        }
        return object;
    }

    static String write(@Nullable Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** An object of two members that keep their order on the wire. */
    public static Map<String, Object> ordered(String firstName, Object first, String secondName, Object second) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(firstName, first);
        object.put(secondName, second);
        return object;
    }

    private static <T> @Nullable T read(String json, TypeReference<T> type) throws ProtocolException {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException unreadable) {
            // Jackson's message quotes the text, which may hold a token.
            throw new ProtocolException("payload is not the JSON that is expected");
        }
    }
}
