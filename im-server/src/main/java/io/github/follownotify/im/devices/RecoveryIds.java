package io.github.follownotify.im.devices;

import io.github.follownotify.im.rooms.LogOffset;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The {@code pid} of Socket.IO's connection state recovery, as a statement signed by us: this user's session began at
 * this event of the log.
 *
 * <p>It needs no memory on the server, so it holds on another node and after every restart, and it serves a client that
 * never received an event, whose only knowledge of the log is this statement.
 */
final class RecoveryIds {

    private static final byte VERSION = 3;
    private static final int CONTENT_BYTES = 1 + 8 + 8 + 4 + 8 + 4 + 8;
    private static final int SIGNATURE_BYTES = 16;
    private static final long NONE = -1;

    private final List<SecretKey> keys;
    private final SecureRandom random = new SecureRandom();

    /** @param keys the key to sign with, then those that are accepted while the secret is being replaced */
    RecoveryIds(List<SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * What an id states.
     *
     * @param start event up to which the session has, or does not need, everything
     * @param discarded offset that the client showed when the session began and that could not be answered, or null. A
     *     stock client keeps it and shows it again with this id until it receives an event: then the start counts
     */
    record Session(LogOffset start, @Nullable LogOffset discarded) {}

    String issue(long userId, Session session) {
        LogOffset start = session.start();
        LogOffset discarded = session.discarded() == null ? LogOffset.unchecked(NONE) : session.discarded();
        byte[] content = ByteBuffer.allocate(CONTENT_BYTES)
                .put(VERSION)
                .putLong(userId)
                .putLong(start.seq())
                .putInt(start.tag())
                .putLong(discarded.seq())
                .putInt(discarded.tag())
                .putLong(random.nextLong())
                .array();
        byte[] signed = Arrays.copyOf(content, CONTENT_BYTES + SIGNATURE_BYTES);
        System.arraycopy(signature(keys.get(0), content), 0, signed, CONTENT_BYTES, SIGNATURE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** @return what the id states, or null when we did not issue it for this user */
    @Nullable
    Session read(@Nullable Object recoveryId, long userId) {
        if (!(recoveryId instanceof String text) || text.length() > 100) {
            return null;
        }
        byte[] signed;
        try {
            signed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException noneOfOurs) {
            return null;
        }
        if (signed.length != CONTENT_BYTES + SIGNATURE_BYTES) {
            return null;
        }
        byte[] content = Arrays.copyOf(signed, CONTENT_BYTES);
        byte[] shown = Arrays.copyOfRange(signed, CONTENT_BYTES, signed.length);
        if (keys.stream().noneMatch(key -> isSignature(shown, key, content))) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(content);
        if (fields.get() != VERSION || fields.getLong() != userId) {
            return null;
        }
        LogOffset start = new LogOffset(fields.getLong(), fields.getInt());
        LogOffset discarded = new LogOffset(fields.getLong(), fields.getInt());
        return new Session(start, discarded.seq() == NONE ? null : discarded);
    }

    private static boolean isSignature(byte[] shown, SecretKey key, byte[] content) {
        return MessageDigest.isEqual(shown, Arrays.copyOf(signature(key, content), SIGNATURE_BYTES));
    }

    private static byte[] signature(SecretKey key, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException everyJavaHasHmac) {
            throw new IllegalStateException(everyJavaHasHmac);
        }
    }
}
