package io.github.follownotify.follow.web;

import jakarta.validation.constraints.NotNull;
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
 */
@Validated
@ConfigurationProperties("follow.api")
record ApiSettings(
        @DefaultValue List<String> allowedOrigins,
        @DefaultValue({"/livez", "/readyz"}) List<String> publicPaths,
        @DefaultValue("16KB") @NotNull DataSize maximumBody) {}
