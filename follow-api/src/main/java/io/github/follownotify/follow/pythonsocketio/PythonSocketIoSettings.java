package io.github.follownotify.follow.pythonsocketio;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the log is published for python-socketio's servers.
 *
 * @param rabbitmq for servers with a KombuManager
 * @param redis for servers with a RedisManager
 * @param roomType how those servers name a user's room
 */
@Validated
@ConfigurationProperties("follow.python-socketio")
record PythonSocketIoSettings(
        @DefaultValue @Valid RabbitMq rabbitmq,
        @DefaultValue @Valid Redis redis,
        @DefaultValue("string") RoomType roomType) {

    /**
     * Where KombuManager listens.
     *
     * @param enabled whether to publish there
     * @param uri address of the broker; that of {@code spring.rabbitmq} when not set
     * @param channel KombuManager's channel, which is the name of a fanout exchange
     */
    record RabbitMq(
            @DefaultValue("false") boolean enabled,
            @Nullable URI uri,
            @DefaultValue("socketio") @NotBlank String channel) {

        @AssertTrue(message = "follow.python-socketio.rabbitmq.uri must begin with amqp:// or amqps://")
        boolean isUriUsable() {
            return uri == null || "amqp".equals(uri.getScheme()) || "amqps".equals(uri.getScheme());
        }

        /** Without the password that the address may hold. */
        @Override
        public String toString() {
            return "RabbitMq[enabled=%s, channel=%s]".formatted(enabled, channel);
        }
    }

    /**
     * Where RedisManager listens.
     *
     * @param enabled whether to publish there
     * @param uri address of the Redis server
     * @param channel RedisManager's channel
     */
    record Redis(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("redis://localhost:6379") URI uri,
            @DefaultValue("socketio") @NotBlank String channel) {

        @AssertTrue(message = "follow.python-socketio.redis.uri must begin with redis:// or rediss://")
        boolean isUriUsable() {
            return "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
        }

        /** Without the password that the address may hold. */
        @Override
        public String toString() {
            return "Redis[enabled=%s, channel=%s]".formatted(enabled, channel);
        }
    }
}
