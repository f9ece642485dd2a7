package io.github.follownotify.im.broker;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How this node consumes events from the broker.
 *
 * @param exchange topic exchange that events are published to; queue for malformed messages is this and ".invalid"
 * @param queueExpires time after which the broker removes this node's queue when nobody consumes it
 * @param queueMaxLength messages queued for this node before the oldest is dropped; the log has them all
 * @param queueMaxBytes bytes queued for this node, and malformed ones, before the oldest message is dropped; whatever
 *     others publish, what is queued fits into this node's memory
 * @param invalidMaxLength malformed messages kept before the oldest is dropped
 * @param maxBody largest body of an event
 * @param prefetch messages the broker sends ahead of their acknowledgement
 * @param heartbeat interval at which follow-api names the head of the log; after half of one in silence the log is
 *     read, three of them mean that something is broken
 * @param startWait longest wait at start for the head of the log and for recent events, before clients may connect
 *     without them
 */
@Validated
@ConfigurationProperties("im.events")
public record EventSettings(
        @DefaultValue("im.events") @NotBlank String exchange,
        @DefaultValue("30m") @NotNull Duration queueExpires,
        @DefaultValue("50000") @Positive int queueMaxLength,
        @DefaultValue("32MB") @NotNull DataSize queueMaxBytes,
        @DefaultValue("1000") @Positive int invalidMaxLength,
        @DefaultValue("64KB") @NotNull DataSize maxBody,
        @DefaultValue("250") @Min(1) @Max(10_000) int prefetch,
        @DefaultValue("2s") @NotNull Duration heartbeat,
        @DefaultValue("5s") @NotNull Duration startWait) {

    @AssertTrue(message = "im.events.max-body must be between 2 bytes and 1MB")
    boolean isMaxBodySensible() {
        return maxBody.toBytes() >= 2
                && maxBody.toBytes() <= DataSize.ofMegabytes(1).toBytes();
    }

    @AssertTrue(
            message =
                    "im.events.heartbeat and .queue-expires must be positive, .queue-expires at most 24d, .start-wait not negative")
    boolean isEveryDurationSensible() {
        return isPositive(heartbeat)
                && isPositive(queueExpires)
                && queueExpires.toDays() <= 24
                && !startWait.isNegative();
    }

    @AssertTrue(message = "im.events.queue-max-bytes must be between 1MB and 1GB")
    boolean isQueueMaxBytesSensible() {
        return queueMaxBytes.compareTo(DataSize.ofMegabytes(1)) >= 0
                && queueMaxBytes.compareTo(DataSize.ofGigabytes(1)) <= 0;
    }

    String invalidQueue() {
        return exchange + ".invalid";
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }
}
