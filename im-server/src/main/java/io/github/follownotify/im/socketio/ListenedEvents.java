package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckCallback;
import com.corundumstudio.socketio.protocol.AckArgs;
import com.corundumstudio.socketio.protocol.JsonSupport;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufOutputStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which events have a listener. netty-socketio does not expose that, except that it tells its {@link JsonSupport} of
 * each listener. This one replaces it and reads and writes nothing; without it the library would load its own, for
 * Jackson 2.
 */
final class ListenedEvents implements JsonSupport {

    private final Set<String> listened = ConcurrentHashMap.newKeySet();

    boolean contains(String namespace, String event) {
        return listened.contains(key(namespace, event));
    }

    /** No namespace has a line break in its name. */
    private static String key(String namespace, String event) {
        return namespace + '\n' + event;
    }

    @Override
    public AckArgs readAckArgs(ByteBufInputStream source, AckCallback<?> callback) {
        throw new UnsupportedOperationException("acks are read by PacketDecoder");
    }

    @Override
    public <T> T readValue(String namespace, ByteBufInputStream source, Class<T> type) {
        throw new UnsupportedOperationException("packets are read by PacketDecoder");
    }

    @Override
    public void writeValue(ByteBufOutputStream target, Object value) {
        throw new UnsupportedOperationException("packets are written by PacketEncoder");
    }

    @Override
    public void addEventMapping(String namespace, String event, Class<?>... types) {
        // Arguments stay plain whatever a listener declares.
        listened.add(key(namespace, event));
    }

    @Override
    public void removeEventMapping(String namespace, String event) {
        listened.remove(key(namespace, event));
    }

    @Override
    public List<byte[]> getArrays() {
        return List.of();
    }
}
