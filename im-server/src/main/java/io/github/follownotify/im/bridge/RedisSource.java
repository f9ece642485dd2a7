package io.github.follownotify.im.bridge;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A Redis channel that RedisManager publishes to. */
final class RedisSource implements Source, AutoCloseable {

    static final String NAME = "redis";

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long PING_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 200;

    private final RedisClient client;
    private final String channel;
    private final Bridge bridge;

    RedisSource(URI uri, String channel, Bridge bridge) {
        this.channel = channel;
        this.bridge = bridge;
        RedisURI address = RedisURI.create(uri);
        address.setTimeout(TIMEOUT);
        address.setClientName("im-bridge");
        this.client = RedisClient.create(address);
        // SourceThread connects again, as for every source; the client would do it silently.
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
    public void listen(Runnable connected) throws InterruptedException {
        RedisCodec<String, byte[]> codec = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
        try (StatefulRedisPubSubConnection<String, byte[]> connection = client.connectPubSub(codec)) {
            connection.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String from, byte[] message) {
                    bridge.onMessage(message, NAME);
                }
            });
            connection.sync().subscribe(channel);
            connected.run();
            // Nothing comes for hours on a quiet channel, or on a connection that a firewall has forgotten.
            for (long quiet = 0; connection.isOpen(); quiet += LOOK_MILLIS) {
                if (quiet >= PING_MILLIS) {
                    connection.sync().ping();
                    quiet = 0;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        }
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, TIMEOUT);
    }
}
