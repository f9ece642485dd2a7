package io.github.follownotify.im.log;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How this node reads follow-api's log.
 *
 * @param followApiUrl address of follow-api, or of the balancer in front of it
 * @param pageSize events asked for in one read when the node catches up
 * @param connectTimeout longest wait for a connection
 * @param readTimeout longest wait for one answer
 * @param retryMax longest pause between two attempts while follow-api does not answer
 * @param pollInterval pause between two reads while the broker brings nothing
 * @param gapHold time to wait for a missing seq from the broker before the log is read
 * @param userPageSize most of one user's missed events in one read
 * @param usersPerRead most devices whose missed events are read together
 * @param waitingReads devices that may wait for the next read; further ones are refused
 * @param waitingReadsPerUser the same for the devices of one user
 * @param userReadDeadline longest time from a device's request for missed events to the answer, the wait included
 */
@Validated
@ConfigurationProperties("im.log")
public record LogSettings(
        @DefaultValue("http://localhost:8080") @NotNull URI followApiUrl,
        @DefaultValue("500") @Min(1) @Max(1000) int pageSize,
        @DefaultValue("2s") @NotNull Duration connectTimeout,
        @DefaultValue("10s") @NotNull Duration readTimeout,
        @DefaultValue("2s") @NotNull Duration retryMax,
        @DefaultValue("500ms") @NotNull Duration pollInterval,
        @DefaultValue("50ms") @NotNull Duration gapHold,
        @DefaultValue("100") @Min(1) @Max(100) int userPageSize,
        @DefaultValue("200") @Min(1) @Max(200) int usersPerRead,
        @DefaultValue("20000") @Positive int waitingReads,
        @DefaultValue("50") @Positive int waitingReadsPerUser,
        @DefaultValue("20s") @NotNull Duration userReadDeadline) {

    @AssertTrue(message = "im.log.follow-api-url must be an http or https address with a host")
    boolean isFollowApiUrlUsable() {
        return ("http".equals(followApiUrl.getScheme()) || "https".equals(followApiUrl.getScheme()))
                && followApiUrl.getHost() != null;
    }

    @AssertTrue(message = "im.log durations must be positive, .gap-hold may be zero")
    boolean isEveryDurationPositive() {
        return isPositive(connectTimeout)
                && isPositive(readTimeout)
                && isPositive(retryMax)
                && isPositive(pollInterval)
                && !gapHold.isNegative()
                && isPositive(userReadDeadline);
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isZero() && !duration.isNegative();
    }
}
