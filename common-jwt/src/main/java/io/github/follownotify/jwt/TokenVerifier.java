package io.github.follownotify.jwt;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.JwtParserBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.UnsupportedJwtException;
import io.jsonwebtoken.security.SignatureException;
import java.nio.ByteBuffer;
import java.security.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Says which user a token speaks for.
 *
 * <p>Accepted: HS256 with one of the shared secrets; RS256, ES256 and EdDSA with the issuer's public keys. The key is
 * chosen by the algorithm, never the other way round, so a public key is never used as an HMAC secret (RFC 8725,
 * section 2.1), and {@code alg: none} has no key at all. Safe for use by many threads; never blocks.
 */
public final class TokenVerifier {

    /** Larger than any token that a proxy accepts in a header; bounds the work a hostile caller can ask for. */
    public static final int MAXIMUM_TOKEN_LENGTH = 8 * 1024;

    private static final String HMAC = "HS256";

    private final List<JwtParser> parsers;
    private final @Nullable JsonWebKeySet keySet;
    private final VerifiedTokens verified;

    public TokenVerifier(TokenSettings settings, Clock clock) {
        this(settings, TokenKeys.of(settings), clock);
    }

    TokenVerifier(TokenSettings settings, TokenKeys keys, Clock clock) {
        List<JwtParser> perSecret = new ArrayList<>();
        if (keys.secrets().isEmpty()) {
            perSecret.add(parser(settings, keys, null, clock));
        }
        for (SecretKey secret : keys.secrets()) {
            perSecret.add(parser(settings, keys, secret, clock));
        }
        this.parsers = List.copyOf(perSecret);
        this.keySet = keys.keySet();
        this.verified = new VerifiedTokens(clock);
    }

    /**
     * @param token compact JWS as the caller sent it, null or blank when there was none
     * @throws InvalidTokenException when the token does not prove who the caller is
     */
    public VerifiedUser verify(@Nullable String token) {
        if (token == null || token.isBlank()) {
            throw new InvalidTokenException(Reason.MISSING, "a token is required");
        }
        if (token.length() > MAXIMUM_TOKEN_LENGTH) {
            throw new InvalidTokenException(
                    Reason.INVALID,
                    "the token has %d characters, at most %d are read".formatted(token.length(), MAXIMUM_TOKEN_LENGTH));
        }
        ByteBuffer digest = VerifiedTokens.digest(token);
        long keysVersion = keySet == null ? 0 : keySet.version();
        VerifiedUser known = verified.find(digest, keysVersion);
        if (known != null) {
            return known;
        }
        VerifiedUser user = user(claims(token));
        verified.remember(digest, user, keysVersion);
        return user;
    }

    private static VerifiedUser user(Claims claims) {
        if (claims.getExpiration() == null) {
            throw new InvalidTokenException(Reason.INVALID, "the token has no \"exp\" claim");
        }
        return new VerifiedUser(
                userId(claims),
                text(claims, "user_name", "name"),
                text(claims, "user_photo", "picture"),
                claims.getExpiration().toInstant());
    }

    private Claims claims(String token) {
        SignatureException lastMismatch = null;
        for (JwtParser parser : parsers) {
            try {
                return parser.parseSignedClaims(token).getPayload();
            } catch (SignatureException signedWithAnotherSecret) {
                lastMismatch = signedWithAnotherSecret;
            } catch (ExpiredJwtException expired) {
                Instant since = expired.getClaims().getExpiration().toInstant();
                throw new InvalidTokenException(Reason.EXPIRED, "the token expired at " + since);
            } catch (JwtException | IllegalArgumentException refused) {
                // jjwt's messages can quote the token's own content, so they stay in the cause and out of the message.
                throw new InvalidTokenException(Reason.INVALID, "the token cannot be verified", refused);
            }
        }
        throw new InvalidTokenException(Reason.INVALID, "the token's signature does not match", lastMismatch);
    }

    private static JwtParser parser(TokenSettings settings, TokenKeys keys, @Nullable SecretKey secret, Clock clock) {
        JwtParserBuilder builder = Jwts.parser()
                .sig()
                .clear()
                .add(Jwts.SIG.HS256)
                .add(Jwts.SIG.RS256)
                .add(Jwts.SIG.ES256)
                .add(Jwts.SIG.EdDSA)
                .and()
                // A compressed payload could unpack to any size.
                .zip()
                .clear()
                .and()
                .keyLocator(header -> key(header, keys, secret))
                .clock(() -> Date.from(clock.instant()))
                .clockSkewSeconds(settings.clockSkew().toSeconds());
        if (settings.issuer() != null) {
            builder.requireIssuer(settings.issuer());
        }
        if (settings.audience() != null) {
            builder.requireAudience(settings.audience());
        }
        return builder.build();
    }

    private static Key key(Header header, TokenKeys keys, @Nullable SecretKey secret) {
        Key key = null;
        if (HMAC.equals(header.getAlgorithm())) {
            key = secret;
        } else if (keys.keySet() != null && header instanceof JwsHeader signed && signed.getKeyId() != null) {
            key = keys.keySet().find(signed.getKeyId());
        }
        if (key == null && !HMAC.equals(header.getAlgorithm())) {
            key = keys.publicKey();
        }
        if (key == null) {
            throw new UnsupportedJwtException("no key for this algorithm and key id");
        }
        return key;
    }

    private static long userId(Claims claims) {
        Object claim = claims.containsKey("user_id") ? claims.get("user_id") : claims.getSubject();
        long id = claim instanceof Integer || claim instanceof Long
                ? ((Number) claim).longValue()
                : claim instanceof String digits ? positiveLong(digits) : 0;
        if (id <= 0) {
            throw new InvalidTokenException(
                    Reason.INVALID, "the token has no \"user_id\" (or \"sub\") that is a positive 64-bit integer");
        }
        return id;
    }

    /** Digits only: Long.parseLong would also take a sign and the digits of other scripts. */
    private static long positiveLong(String digits) {
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return 0;
        }
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException moreThan64Bits) {
            return 0;
        }
    }

    private static @Nullable String text(Claims claims, String name, String alternative) {
        Object value = claims.containsKey(name) ? claims.get(name) : claims.get(alternative);
        return value instanceof String text && !text.isBlank() ? text : null;
    }
}
