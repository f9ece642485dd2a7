package io.github.follownotify.im.bridge;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An event's arguments as they stand in its packet.
 *
 * @param json the arguments in JSON, separated by commas; empty when there are none
 * @param attachments what the placeholders among them stand for
 */
record EventArguments(byte[] json, List<byte[]> attachments) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_DEPTH = 64;
    private static final int MAX_ATTACHMENTS = 256;

    /**
     * @param arguments plain values, in whatever depth and whatever often they contain each other
     * @param resolved attachments that placeholders among the values already stand for
     * @param maxBytes most that JSON and attachments may have together
     */
    static EventArguments of(List<?> arguments, List<byte[]> resolved, int maxBytes) {
        Writing writing = new Writing(resolved, maxBytes);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), writing)) {
            writing.array(json, arguments, 0);
        } catch (JacksonException notUnicode) {
            throw new RefusedException(Reason.INVALID);
        }
        byte[] array = writing.toByteArray();
        return new EventArguments(Arrays.copyOfRange(array, 1, array.length - 1), writing.attachments);
    }

    /** The packet while it is written: small containers that contain one another many times unfold to any size. */
    private static final class Writing extends ByteArrayOutputStream {

        private final List<byte[]> resolved;
        private final List<byte[]> attachments = new ArrayList<>();
        private int left;

        Writing(List<byte[]> resolved, int maxBytes) {
            super(256);
            this.resolved = resolved;
            this.left = maxBytes;
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            take(length);
            super.write(bytes, offset, length);
        }

        void array(JsonGenerator json, Collection<?> values, int depth) {
            json.writeStartArray();
            for (Object value : values) {
                value(json, value, depth + 1);
            }
            json.writeEndArray();
        }

        private void value(JsonGenerator json, @Nullable Object value, int depth) {
            if (depth > MAX_DEPTH) {
                throw new RefusedException(Reason.TOO_DEEP);
            }
            if (value == null) {
                json.writeNull();
            } else if (value instanceof String text) {
                json.writeString(text);
            } else if (value instanceof Boolean truth) {
                json.writeBoolean(truth);
            } else if (value instanceof Integer number) {
                json.writeNumber(number);
            } else if (value instanceof Long number) {
                json.writeNumber(number);
            } else if (value instanceof BigInteger number) {
                json.writeNumber(number);
            } else if (value instanceof Double number && Double.isFinite(number)) {
                json.writeNumber(number);
            } else if (value instanceof byte[] binary) {
                attach(json, binary);
            } else if (value instanceof Object[] tuple) {
                array(json, Arrays.asList(tuple), depth);
            } else if (value instanceof List<?> list) {
                array(json, list, depth);
            } else if (value instanceof Map<?, ?> map) {
                object(json, map, depth);
            } else {
                throw new RefusedException(Reason.INVALID);
            }
        }

        private void object(JsonGenerator json, Map<?, ?> map, int depth) {
            if (Boolean.TRUE.equals(map.get("_placeholder"))) {
                // One that stands for nothing would make clients close their connection.
                if (map.get("num") instanceof Integer number && number >= 0 && number < resolved.size()) {
                    attach(json, resolved.get(number));
                    return;
                }
                throw new RefusedException(Reason.INVALID);
            }
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeName(entry.getKey().toString());
                value(json, entry.getValue(), depth + 1);
            }
            json.writeEndObject();
        }

        private void attach(JsonGenerator json, byte[] binary) {
            if (attachments.size() == MAX_ATTACHMENTS) {
                throw new RefusedException(Reason.TOO_LARGE);
            }
            take(binary.length);
            json.writeStartObject();
            json.writeBooleanProperty("_placeholder", true);
            json.writeNumberProperty("num", attachments.size());
            json.writeEndObject();
            attachments.add(binary);
        }

        private void take(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw new RefusedException(Reason.TOO_LARGE);
            }
        }
    }
}
