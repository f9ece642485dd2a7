package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs users' tokens (HS256), as the login service of an installation does. */
public final class Tokens {

    private static final Duration VALID_FOR = Duration.ofHours(12);
    private static final Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    private static final String HEADER = base64.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8));

    private final Mac mac;
    private final long issuedAt = Instant.now().getEpochSecond();

    /** @param secret at least 32 bytes */
    public Tokens(String secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public synchronized String of(long user) {
        String claims = "{\"user_id\":%d,\"user_name\":\"User %d\",\"iat\":%d,\"exp\":%d}"
                .formatted(user, user, issuedAt, issuedAt + VALID_FOR.toSeconds());
        String signed = HEADER + "." + base64.encodeToString(claims.getBytes(UTF_8));
        return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }
}
