package io.github.follownotify.follow.pythonsocketio;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The channel that RedisManager subscribes to. Redis answers each message with the number of subscribers that got it,
 * and the next one is sent only then: a server that subscribes in between must not get a later event before an earlier
 * one.
 */
final class RedisDestination implements Destination, AutoCloseable {

    static final String NAME = "redis";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final RedisClient client;
    private final String channel;
    private @Nullable StatefulRedisConnection<String, byte[]> connection;

    RedisDestination(URI uri, String channel) {
        this.channel = channel;
        RedisURI address = RedisURI.create(uri);
        address.setTimeout(TIMEOUT);
        address.setClientName("follow-python-socketio");
        this.client = RedisClient.create(address);
        // The client would connect again silently, and publish what waits in it although another replica has done so.
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
                .build());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int publish(List<EmitMessage> messages, BooleanSupplier mayGoOn) {
        StatefulRedisConnection<String, byte[]> open = connection();
        int taken = 0;
        while (taken < messages.size()
                && mayGoOn.getAsBoolean()
                && open.sync().publish(channel, messages.get(taken).json()) > 0) {
            taken++;
        }
        return taken;
    }

    @Override
    public void disconnect() {
        StatefulRedisConnection<String, byte[]> open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        disconnect();
        client.shutdown(Duration.ZERO, TIMEOUT);
    }

    private StatefulRedisConnection<String, byte[]> connection() {
        StatefulRedisConnection<String, byte[]> open = connection;
        if (open == null || !open.isOpen()) {
            disconnect();
            open = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
            connection = open;
        }
        return open;
    }
}
