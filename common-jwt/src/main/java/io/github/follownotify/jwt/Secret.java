package io.github.follownotify.jwt;

import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared HMAC secret that never appears in logs, error messages or actuator output.
 *
 * @param value the secret; its UTF-8 bytes are the key
 */
public record Secret(String value) {

    /** RFC 7518, section 3.2: a key of the same size as the hash output or larger must be used with HS256. */
    static final int MINIMUM_BYTES = 32;

    boolean isTooShort() {
        return value.getBytes(StandardCharsets.UTF_8).length < MINIMUM_BYTES;
    }

    SecretKey key() {
        return new SecretKeySpec(value.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    @Override
    public String toString() {
        return "[REDACTED]";
    }
}
