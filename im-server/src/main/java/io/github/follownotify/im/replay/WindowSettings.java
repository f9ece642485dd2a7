package io.github.follownotify.im.replay;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How many recent events this node remembers for clients that reconnect.
 *
 * @param size memory for recent events, from which most reconnecting clients are served
 * @param age age at which an event leaves that memory
 */
@Validated
@ConfigurationProperties("im.window")
public record WindowSettings(
        @DefaultValue("64MB") @NotNull DataSize size,
        @DefaultValue("15m") @NotNull Duration age) {

    @AssertTrue(message = "im.window.size must be between 64KB and 2GB")
    boolean isSizeSensible() {
        return size.compareTo(DataSize.ofKilobytes(64)) >= 0 && size.compareTo(DataSize.ofGigabytes(2)) <= 0;
    }

    @AssertTrue(message = "im.window.age must be positive")
    boolean isAgePositive() {
        return !age.isZero() && !age.isNegative();
    }
}
