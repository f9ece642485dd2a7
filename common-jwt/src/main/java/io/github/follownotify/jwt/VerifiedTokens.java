package io.github.follownotify.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Cache of recently verified tokens: one that is presented again costs a hash instead of a signature check.
 *
 * <p>Only verified tokens are cached, keyed by a digest of the full token, so nobody can fill it with made-up tokens,
 * and a heap dump shows none. Nothing stays beyond the token's end, nor beyond the keys it was verified with.
 */
final class VerifiedTokens {

    private static final long MOST_BYTES = 16L * 1024 * 1024;
    private static final int BYTES_PER_ENTRY = 300;

    private final Cache<ByteBuffer, Entry> users;
    private final Clock clock;

    VerifiedTokens(Clock clock) {
        this.clock = clock;
        this.users = Caffeine.newBuilder()
                .maximumWeight(MOST_BYTES)
                .weigher((ByteBuffer digest, Entry entry) -> entry.bytes())
                .expireAfter(Expiry.<ByteBuffer, Entry>creating((digest, entry) -> untilEnd(entry, clock)))
                .executor(Runnable::run)
                .build();
    }

    static ByteBuffer digest(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJavaHasSha256) {
            throw new IllegalStateException(everyJavaHasSha256);
        }
    }

    /** @param keysVersion the state of the keys now; what was verified with others has to be verified again */
    @Nullable
    VerifiedUser find(ByteBuffer digest, long keysVersion) {
        Entry entry = users.getIfPresent(digest);
        return entry != null
                        && entry.keysVersion() == keysVersion
                        && clock.instant().isBefore(entry.user().expiresAt())
                ? entry.user()
                : null;
    }

    /** @param keysVersion the state of the keys before the verification began */
    void remember(ByteBuffer digest, VerifiedUser user, long keysVersion) {
        users.put(digest, new Entry(user, keysVersion));
    }

    private static Duration untilEnd(Entry entry, Clock clock) {
        Duration left = Duration.between(clock.instant(), entry.user().expiresAt());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private record Entry(VerifiedUser user, long keysVersion) {

        int bytes() {
            return BYTES_PER_ENTRY + 2 * (length(user.name()) + length(user.photo()));
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }
}
