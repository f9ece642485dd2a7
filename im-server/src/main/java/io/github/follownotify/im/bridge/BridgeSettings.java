package io.github.follownotify.im.bridge;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What this node takes from programs that emit with python-socketio.
 *
 * @param rabbitmq source for KombuManager
 * @param redis source for RedisManager
 * @param maxMessage largest message that is read, and largest event that is made of one
 * @param parkedQueue queue for messages that cannot be understood
 * @param parkedMaxLength messages kept in that queue, before the oldest is dropped
 */
@Validated
@ConfigurationProperties("im.bridge")
record BridgeSettings(
        @DefaultValue @Valid RabbitMq rabbitmq,
        @DefaultValue @Valid Redis redis,
        @DefaultValue("256KB") @NotNull DataSize maxMessage,
        @DefaultValue("im.bridge.parked") @NotBlank String parkedQueue,
        @DefaultValue("1000") @Positive int parkedMaxLength) {

    private static final DataSize MOST = DataSize.ofMegabytes(1);

    @AssertTrue(message = "im.bridge.max-message must be between 1KB and 1MB")
    boolean isMaxMessageSensible() {
        return maxMessage.compareTo(DataSize.ofKilobytes(1)) >= 0 && maxMessage.compareTo(MOST) <= 0;
    }

    /**
     * Where KombuManager publishes.
     *
     * @param enabled whether to read there
     * @param uri address of the broker; that of the events when not set
     * @param channel KombuManager's channel, which is the name of a fanout exchange
     */
    record RabbitMq(
            @DefaultValue("false") boolean enabled,
            @Nullable URI uri,
            @DefaultValue("socketio") @NotBlank String channel) {

        @AssertTrue(message = "im.bridge.rabbitmq.uri must begin with amqp:// or amqps://")
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
     * Where RedisManager publishes.
     *
     * @param enabled whether to read there
     * @param uri address of the Redis server
     * @param channel RedisManager's channel
     */
    record Redis(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("redis://localhost:6379") URI uri,
            @DefaultValue("socketio") @NotBlank String channel) {

        @AssertTrue(message = "im.bridge.redis.uri must begin with redis:// or rediss://")
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
