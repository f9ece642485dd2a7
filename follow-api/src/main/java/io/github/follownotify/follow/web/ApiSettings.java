package io.github.follownotify.follow.web;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the HTTP API accepts.
 *
 * @param allowedOrigins origins whose pages may call from a browser (CORS)
 * @param publicPaths path patterns that need no token
 * @param maximumBody largest request body
 * @param bodyTimeout time that a body may take to arrive
 */
@Validated
@ConfigurationProperties("follow.api")
record ApiSettings(
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue({"/livez", "/readyz"}) List<String> publicPaths,
        @DefaultValue("16KB") @NotNull DataSize maximumBody,
        @DefaultValue("10s") @NotNull Duration bodyTimeout) {

    @AssertTrue(message = "follow.api.maximum-body must be from 1B to 1MB")
    boolean isMaximumBodyPossible() {
        return maximumBody.toBytes() >= 1
                && maximumBody.toBytes() <= DataSize.ofMegabytes(1).toBytes();
    }

    @AssertTrue(message = "follow.api.body-timeout must be from 1s to 15s")
    boolean isBodyTimeoutPossible() {
        return bodyTimeout.compareTo(Duration.ofSeconds(1)) >= 0 && bodyTimeout.compareTo(Duration.ofSeconds(15)) <= 0;
    }
}
