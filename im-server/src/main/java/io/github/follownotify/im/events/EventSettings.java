package io.github.follownotify.im.events;

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
 * How this node takes events from the broker and how many of them it remembers.
 *
 * @param exchange topic exchange that events are published to; queue for messages that are no events is this and ".invalid"
 * @param queueExpires time after which the broker removes this node's queue when nobody consumes it
 * @param queueMaxLength messages that wait for this node before the oldest is dropped; the log has them all
 * @param invalidMaxLength messages kept in the queue of those that are no events, before the oldest is dropped
 * @param maxBody largest body of an event
 * @param prefetch messages the broker sends ahead of their acknowledgement
 * @param heartbeat interval at which follow-api names the head of the log; three of them in silence mean that something is broken
 * @param startWait longest wait at start for the place in the log and for recent events, before clients are let in without them
 * @param windowSize memory for recent events, from which most reconnecting clients are served
 * @param windowAge age at which an event leaves that memory
 */
@Validated
@ConfigurationProperties("im.events")
public record EventSettings(
        @DefaultValue("im.events") @NotBlank String exchange,
        @DefaultValue("30m") @NotNull Duration queueExpires,
        @DefaultValue("50000") @Positive int queueMaxLength,
        @DefaultValue("1000") @Positive int invalidMaxLength,
        @DefaultValue("64KB") @NotNull DataSize maxBody,
        @DefaultValue("1000") @Min(1) @Max(10_000) int prefetch,
        @DefaultValue("2s") @NotNull Duration heartbeat,
        @DefaultValue("5s") @NotNull Duration startWait,
        @DefaultValue("64MB") @NotNull DataSize windowSize,
        @DefaultValue("15m") @NotNull Duration windowAge) {

    @AssertTrue(message = "im.events.max-body must be between 2 bytes and 1MB")
    boolean isMaxBodySensible() {
        return maxBody.toBytes() >= 2
                && maxBody.toBytes() <= DataSize.ofMegabytes(1).toBytes();
    }

    @AssertTrue(message = "im.events.window-size must hold at least one body of im.events.max-body and be at most 2GB")
    boolean isWindowSizeSensible() {
        return windowSize.compareTo(maxBody) >= 0 && windowSize.compareTo(DataSize.ofGigabytes(2)) <= 0;
    }

    @AssertTrue(
            message =
                    "im.events.heartbeat, .window-age and .queue-expires must be positive, .queue-expires at most 24d, .start-wait not negative")
    boolean isEveryDurationSensible() {
        return isPositive(heartbeat)
                && isPositive(windowAge)
                && isPositive(queueExpires)
                && queueExpires.toDays() <= 24
                && !startWait.isNegative();
    }

    String invalidQueue() {
        return exchange + ".invalid";
    }

    /** The silence after which this node believes that its queue or binding is gone. */
    Duration longestSilence() {
        return heartbeat.multipliedBy(3);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }
}
