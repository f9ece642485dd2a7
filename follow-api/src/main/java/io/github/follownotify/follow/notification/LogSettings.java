package io.github.follownotify.follow.notification;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long the log is kept.
 *
 * @param retention age from which a notification is removed; no replay reaches further back
 * @param trimInterval pause between two trims
 * @param trimBatch most notifications that are removed in one transaction
 * @param maximumTrimShare largest share of the log that may be removed at once; if more is too old, nothing is removed,
 *     because a wrong clock is the likelier cause. Logs of fewer than a thousand notifications are exempt
 */
@Validated
@ConfigurationProperties("follow.log")
record LogSettings(
        @DefaultValue("30d") Duration retention,
        @DefaultValue("1m") Duration trimInterval,
        @DefaultValue("1000") @Positive int trimBatch,
        @DefaultValue("0.5") @Positive @DecimalMax("1.0") double maximumTrimShare) {

    @AssertTrue(message = "follow.log.retention and follow.log.trim-interval must be positive")
    boolean isEveryDurationPositive() {
        return !retention.isZero() && !retention.isNegative() && !trimInterval.isZero() && !trimInterval.isNegative();
    }
}
