package io.github.follownotify.follow.relay;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How committed events reach the broker.
 *
 * @param exchange durable topic exchange that receives them
 * @param persistentEvents whether the broker keeps them through its own restart; nodes don't need it, they read the log
 * @param maximumInFlight most events waiting to be published or confirmed; further ones are published from the log
 * @param batchSize most events that are read from the log at once to be published again
 * @param confirmInterval pause between two updates of how far the broker has confirmed
 * @param confirmTimeout longest wait for a confirm before the connection to the broker counts as broken
 * @param republishAfter time without a confirm after which an event of any replica is published again
 * @param lease time after which another replica may publish again in place of one that is gone, in whole seconds
 * @param heartbeat pause between two heartbeats of all replicas together, in whole seconds
 * @param maximumBackoff longest pause between two attempts while the broker can't be reached
 * @param shutdownTimeout longest wait at shutdown for the confirms of what is already committed
 * @param failPoint instant at which the process kills itself, for tests of crashes only
 */
@Validated
@ConfigurationProperties("follow.relay")
record RelaySettings(
        @DefaultValue("im.events") @NotBlank String exchange,
        @DefaultValue("false") boolean persistentEvents,
        @DefaultValue("10000") @Positive @Max(1_000_000) int maximumInFlight,
        @DefaultValue("500") @Positive @Max(10_000) int batchSize,
        @DefaultValue("250ms") Duration confirmInterval,
        @DefaultValue("5s") Duration confirmTimeout,
        @DefaultValue("3s") Duration republishAfter,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("2s") Duration heartbeat,
        @DefaultValue("2s") Duration maximumBackoff,
        @DefaultValue("10s") Duration shutdownTimeout,
        @Nullable FailPoint failPoint) {

    @AssertTrue(message = "follow.relay: every duration must be positive")
    boolean isEveryDurationPositive() {
        return Stream.of(
                        confirmInterval,
                        confirmTimeout,
                        republishAfter,
                        lease,
                        heartbeat,
                        maximumBackoff,
                        shutdownTimeout)
                .noneMatch(duration -> duration.isZero() || duration.isNegative());
    }

    @AssertTrue(
            message = "follow.relay.lease must be at least a second longer than follow.relay.confirm-timeout,"
                    + " or a second replica publishes what the first still waits for")
    boolean isLeaseLongerThanConfirmTimeout() {
        return lease.minus(confirmTimeout).compareTo(Duration.ofSeconds(1)) >= 0;
    }

    @AssertTrue(message = "follow.relay.lease and follow.relay.heartbeat must be whole seconds")
    boolean isLeaseAndHeartbeatInWholeSeconds() {
        return lease.toNanosPart() == 0 && heartbeat.toNanosPart() == 0;
    }
}
