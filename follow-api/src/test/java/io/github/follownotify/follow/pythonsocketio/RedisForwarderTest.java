package io.github.follownotify.follow.pythonsocketio;

import io.github.follownotify.testservices.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Publishing to RedisManager's channel, with a subscriber to it as its servers are. */
class RedisForwarderTest extends ForwarderTest {

    private static final String CHANNEL = "socketio";

    private static RedisServer redis;
    private static RedisClient client;

    private final StatefulRedisPubSubConnection<String, byte[]> subscriber;

    RedisForwarderTest() {
        subscriber = client.connectPubSub(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String from, byte[] message) {
                heard(message);
            }
        });
    }

    @BeforeAll
    static void startRedis() {
        redis = new RedisServer();
        client = RedisClient.create(redis.uri());
    }

    @AfterAll
    static void stopRedis() {
        if (redis != null) {
            client.shutdown();
            redis.close();
        }
    }

    @Override
    String host() {
        return "127.0.0.1";
    }

    @Override
    int port() {
        return redis.port();
    }

    @Override
    Destination destination(int port) {
        return new RedisDestination(URI.create("redis://127.0.0.1:" + port), CHANNEL);
    }

    @Override
    void listen(boolean on) {
        if (on) {
            subscriber.sync().subscribe(CHANNEL);
        } else {
            subscriber.sync().unsubscribe(CHANNEL);
        }
    }

    @Override
    void closeListener() {
        subscriber.close();
    }
}
