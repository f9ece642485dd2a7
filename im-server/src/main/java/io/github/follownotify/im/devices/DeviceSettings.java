package io.github.follownotify.im.devices;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits for a user's devices.
 *
 * @param limits how many devices are admitted
 * @param token what happens when a device's token expires
 */
@Validated
@ConfigurationProperties("im.socket")
public record DeviceSettings(
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid Token token) {

    /**
     * How many devices are admitted.
     *
     * @param socketsPerUser connected devices of one user
     * @param connectsPerSecondPerUser CONNECTs with a valid token of one user
     */
    public record Limits(
            @DefaultValue("50") @Positive int socketsPerUser,
            @DefaultValue("50") @Positive int connectsPerSecondPerUser) {}

    /**
     * What happens when a device's token expires.
     *
     * @param expiringNotice time before the expiry at which the client is told
     * @param grace time after the expiry at which the device is disconnected
     */
    public record Token(
            @DefaultValue("60s") Duration expiringNotice,
            @DefaultValue("30s") Duration grace) {}
}
