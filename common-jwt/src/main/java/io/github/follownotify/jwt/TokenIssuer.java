package io.github.follownotify.jwt;

import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Signs user tokens with the current shared secret: for development, tests and deployments without an issuer of their
 * own.
 */
public final class TokenIssuer {

    private final TokenSettings settings;
    private final SecretKey secret;
    private final Clock clock;

    /** @throws UnusableTokenSettingsException when the settings hold no secret to sign with */
    public TokenIssuer(TokenSettings settings, Clock clock) {
        this.settings = settings;
        this.secret = TokenKeys.of(settings).secrets().stream()
                .findFirst()
                .orElseThrow(
                        () -> new UnusableTokenSettingsException("set JWT_SECRET: only a secret can sign tokens."));
        this.clock = clock;
    }

    /**
     * @param userId positive user id
     * @param validFor time until the token expires
     */
    public String issue(long userId, Duration validFor) {
        return issue(userId, null, null, validFor);
    }

    /**
     * @param userId positive user id
     * @param name display name, or null for none
     * @param photo address of the user's picture, or null for none
     * @param validFor time until the token expires
     */
    public String issue(long userId, @Nullable String name, @Nullable String photo, Duration validFor) {
        if (userId <= 0) {
            throw new IllegalArgumentException("user id must be positive, was " + userId);
        }
        Instant now = clock.instant();
        JwtBuilder token = Jwts.builder()
                .claim("user_id", userId)
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(validFor)));
        if (name != null) {
            token.claim("user_name", name);
        }
        if (photo != null) {
            token.claim("user_photo", photo);
        }
        if (settings.issuer() != null) {
            token.issuer(settings.issuer());
        }
        if (settings.audience() != null) {
            token.audience().add(settings.audience());
        }
        return token.signWith(secret, Jwts.SIG.HS256).compact();
    }
}
