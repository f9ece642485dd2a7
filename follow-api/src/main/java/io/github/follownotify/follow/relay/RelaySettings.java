package io.github.follownotify.follow.relay;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How committed notifications reach the broker.
 *
 * @param exchange durable topic exchange that receives them
 * @param batchSize most notifications that are numbered and published together
 * @param pollInterval pause of an idle relay after which it looks for work without being woken
 * @param confirmTimeout wait for the broker's confirm of a batch before it counts as failed
 * @param lease time after which another replica takes over from one that is gone, in whole seconds
 * @param heartbeat pause between two heartbeats of all replicas together, in whole seconds
 * @param maximumBackoff longest pause between two attempts while the broker can't be reached
 * @param shutdownTimeout longest wait at shutdown for notifications that are already committed
 * @param failPoint instant at which the process kills itself, for tests of crashes only
 */
@Validated
@ConfigurationProperties("follow.relay")
record RelaySettings(
        @DefaultValue("im.events") @NotBlank String exchange,
        @DefaultValue("500") @Positive @Max(10_000) int batchSize,
        @DefaultValue("1s") Duration pollInterval,
        @DefaultValue("5s") Duration confirmTimeout,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("2s") Duration heartbeat,
        @DefaultValue("2s") Duration maximumBackoff,
        @DefaultValue("10s") Duration shutdownTimeout,
        @Nullable FailPoint failPoint) {

    @AssertTrue(message = "follow.relay: every duration must be positive")
    boolean isEveryDurationPositive() {
        return isPositive(pollInterval)
                && isPositive(confirmTimeout)
                && isPositive(lease)
                && isPositive(heartbeat)
                && isPositive(maximumBackoff)
                && isPositive(shutdownTimeout);
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

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }
}
