package io.github.follownotify.jwt;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.SignatureException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The short-lived tokens with which one service proves to another what it may do.
 *
 * <p>They differ from users' tokens: signed with a key of their own, which is derived from the secret, of
 * the type {@code service+jwt}, with a subject {@code service:…}, a "scope" (RFC 8693, section 4.2) and no user id. A
 * user's token never opens a service's door, whatever it claims, because its issuer never has this key; and a service's
 * token never speaks for a user, because no user's token is verified with it.
 */
public final class ServiceTokens {

    private static final Duration VALID_FOR = Duration.ofMinutes(1);
    private static final String PURPOSE = "service token";
    private static final String TYPE = "service+jwt";
    private static final String SUBJECT_PREFIX = "service:";

    private final List<SecretKey> secrets;
    private final List<SecretKey> keys;
    private final List<JwtParser> parsers;
    private final Clock clock;

    ServiceTokens(TokenKeys keys, Clock clock) {
        this.secrets = keys.serviceSecrets();
        this.keys = derivedKeys(PURPOSE);
        this.parsers = this.keys.stream().map(key -> parser(key, clock)).toList();
        this.clock = clock;
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
                .header()
                .type(TYPE)
                .and()
                .subject(SUBJECT_PREFIX + service)
                .claim("scope", scope)
                .issuedAt(Date.from(now))
                .expiration(Date.from(now.plus(VALID_FOR)))
                .signWith(keys.get(0), Jwts.SIG.HS256)
                .compact();
    }

    /**
     * Keys of their own for something else that the services have to sign, the same in each of them.
     *
     * @param purpose what the keys are for; two purposes never have the same key
     * @return the key to sign with, then those that are also accepted while the secret is being replaced
     */
    public List<SecretKey> derivedKeys(String purpose) {
        return secrets.stream().map(secret -> derived(secret, purpose)).toList();
    }

    /**
     * @param token compact JWS as the caller sent it, null when there was none
     * @throws InvalidTokenException when the token does not permit the scope
     */
    public void verify(@Nullable String token, String scope) {
        if (token == null || token.isBlank()) {
            throw new InvalidTokenException(Reason.MISSING, "a service token is required");
        }
        if (token.length() > TokenVerifier.MAXIMUM_TOKEN_LENGTH) {
            throw new InvalidTokenException(Reason.INVALID, "the service token is too long");
        }
        Jws<Claims> verified = verified(token);
        Claims claims = verified.getPayload();
        boolean ofAService = TYPE.equals(verified.getHeader().getType())
                && claims.getSubject() != null
                && claims.getSubject().startsWith(SUBJECT_PREFIX)
                && !claims.containsKey("user_id");
        boolean permitted = ofAService
                && claims.getExpiration() != null
                && claims.get("scope") instanceof String scopes
                && Arrays.asList(scopes.split(" ")).contains(scope);
        if (!permitted) {
            throw new InvalidTokenException(Reason.INVALID, "the service token does not permit \"" + scope + "\"");
        }
    }

    private Jws<Claims> verified(String token) {
        SignatureException lastMismatch = null;
        for (JwtParser parser : parsers) {
            try {
                return parser.parseSignedClaims(token);
            } catch (SignatureException signedWithAnotherSecret) {
                lastMismatch = signedWithAnotherSecret;
            } catch (ExpiredJwtException expired) {
                throw new InvalidTokenException(Reason.EXPIRED, "the service token has expired");
            } catch (JwtException | IllegalArgumentException refused) {
                throw new InvalidTokenException(Reason.INVALID, "the service token cannot be verified", refused);
            }
        }
        throw new InvalidTokenException(Reason.INVALID, "the token is not a service token", lastMismatch);
    }

    private static JwtParser parser(SecretKey key, Clock clock) {
        return Jwts.parser()
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .and()
                .zip()
                .clear()
                .and()
                .verifyWith(key)
                .clock(() -> Date.from(clock.instant()))
                // Two of our own machines may disagree about the time by more than a token lives.
                .clockSkewSeconds(VALID_FOR.toSeconds())
                .build();
    }

    private static SecretKey derived(SecretKey secret, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), "HmacSHA256");
        } catch (GeneralSecurityException everyJavaHasHmac) {
            throw new IllegalStateException(everyJavaHasHmac);
        }
    }
}
