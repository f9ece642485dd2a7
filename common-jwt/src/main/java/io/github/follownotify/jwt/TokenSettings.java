package io.github.follownotify.jwt;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tokens are verified. At least one of secret, secret file, public key and JWKS address is needed.
 *
 * @param secret shared secret of HS256 tokens, at least 32 bytes
 * @param secretFile file with the shared secret, read when no secret is given
 * @param earlierSecrets further secrets that are accepted during and after a rotation, never used to sign
 * @param publicKey PEM file with the public key of RS256, ES256 or EdDSA tokens
 * @param jwksUri address of the issuer's JSON Web Key Set (RFC 7517)
 * @param jwksRefresh pause between two reads of the key set
 * @param issuer required "iss" claim
 * @param audience required "aud" claim
 * @param clockSkew difference between the issuer's clock and ours that is tolerated
 * @param serviceSecret secret from which the key of the services' own tokens is derived; the shared secret when absent
 * @param earlierServiceSecrets further service secrets that are accepted, never used to sign; the earlier shared
 *     secrets when there is no service secret
 */
@ConfigurationProperties("jwt")
public record TokenSettings(
        @Nullable Secret secret,
        @Nullable Path secretFile,
        @DefaultValue List<Secret> earlierSecrets,
        @Nullable Path publicKey,
        @Nullable URI jwksUri,
        @DefaultValue("5m") Duration jwksRefresh,
        @Nullable String issuer,
        @Nullable String audience,
        @DefaultValue("0s") Duration clockSkew,
        @Nullable Secret serviceSecret,
        @DefaultValue List<Secret> earlierServiceSecrets) {

    /** Settings for HS256 with one secret and defaults for everything else. */
    public static TokenSettings ofSecret(String secret) {
        return new TokenSettings(
                new Secret(secret),
                null,
                List.of(),
                null,
                null,
                Duration.ofMinutes(5),
                null,
                null,
                Duration.ZERO,
                null,
                List.of());
    }
}
