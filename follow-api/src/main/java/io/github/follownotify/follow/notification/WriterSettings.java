package io.github.follownotify.follow.notification;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How concurrent changes are committed together.
 *
 * @param batchSize most changes in one transaction
 * @param queue most changes that wait for the next transaction; further ones are refused
 * @param timeout longest wait of a caller for its change
 */
@Validated
@ConfigurationProperties("follow.writer")
record WriterSettings(
        @DefaultValue("256") @Positive @Max(1000) int batchSize,
        @DefaultValue("5000") @Positive int queue,
        @DefaultValue("5s") Duration timeout) {

    @AssertTrue(message = "follow.writer.timeout must be positive")
    boolean isTimeoutPositive() {
        return !timeout.isZero() && !timeout.isNegative();
    }
}
