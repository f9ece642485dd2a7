package io.github.follownotify.jwt;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The short-lived tokens with which one service shows another what it may do.
 *
 * <p>They carry a "scope" claim (RFC 8693, section 4.2) and no user id, so that a user's token never opens a service's
 * door and a service's token never speaks for a user, even where both are signed with one secret.
 */
public final class ServiceTokens {

    private static final Duration VALID_FOR = Duration.ofMinutes(1);

    private final SecretKey secret;
    private final Clock clock;
    private final JwtParser parser;

    ServiceTokens(TokenKeys keys, Clock clock) {
        this.secret = keys.serviceSecret();
        this.clock = clock;
        this.parser = Jwts.parser()
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .and()
                .zip()
                .clear()
                .and()
                .verifyWith(secret)
                .clock(() -> Date.from(clock.instant()))
                // Two of our own machines may disagree about the time by more than a token lives.
                .clockSkewSeconds(VALID_FOR.toSeconds())
                .build();
    }

    public ServiceTokens(TokenSettings settings, Clock clock) {
        this(TokenKeys.of(settings), clock);
    }

    /**
     * @param service name of the service that shows the token
     * @param scope what the token permits
     */
    public String issue(String service, String scope) {
        Instant now = clock.instant();
        return Jwts.builder()
                .subject("service:" + service)
                .claim("scope", scope)
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(VALID_FOR)))
                .signWith(secret, Jwts.SIG.HS256)
                .compact();
    }

    /**
     * A key of its own for something else that the services have to sign, the same in each of them.
     *
     * @param purpose what the key is for; two purposes never have the same key
     */
    public SecretKey derivedKey(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), "HmacSHA256");
        } catch (GeneralSecurityException everyJavaHasHmac) {
            throw new IllegalStateException(everyJavaHasHmac);
        }
    }

    /**
     * @param token compact JWS as the caller sent it, null when there was none
     * @throws InvalidTokenException when the token does not permit the scope
     */
    public void verify(@Nullable String token, String scope) {
        if (token == null || token.isBlank()) {
            throw new InvalidTokenException(Reason.MISSING, "a service token is required");
        }
        Claims claims;
        try {
            claims = parser.parseSignedClaims(token).getPayload();
        } catch (ExpiredJwtException expired) {
            throw new InvalidTokenException(Reason.EXPIRED, "the service token has expired");
        } catch (JwtException | IllegalArgumentException refused) {
            throw new InvalidTokenException(Reason.INVALID, "the service token cannot be verified", refused);
        }
        boolean permitted = claims.getExpiration() != null
                && claims.get("scope") instanceof String scopes
                && Arrays.asList(scopes.split(" ")).contains(scope);
        if (!permitted) {
            throw new InvalidTokenException(Reason.INVALID, "the token does not permit \"" + scope + "\"");
        }
    }
}
