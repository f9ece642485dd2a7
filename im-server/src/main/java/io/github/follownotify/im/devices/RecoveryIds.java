package io.github.follownotify.im.devices;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The {@code pid} of Socket.IO's connection state recovery, as a statement signed by us: this user's session began at
 * this seq.
 *
 * <p>It needs no memory on the server, so it holds on another node and after every restart, and it serves a client that
 * never received an event, whose only knowledge of the log is this statement.
 */
final class RecoveryIds {

    private static final byte VERSION = 1;
    private static final int CONTENT_BYTES = 1 + 8 + 8 + 8;
    private static final int SIGNATURE_BYTES = 16;

    private final List<SecretKey> keys;
    private final SecureRandom random = new SecureRandom();

    /** @param keys the key to sign with, then those that are accepted while the secret is being replaced */
    RecoveryIds(List<SecretKey> keys) {
        this.keys = keys;
    }

    /** @param startSeq seq up to which the session has, or does not need, everything */
    String issue(long userId, long startSeq) {
        byte[] content = ByteBuffer.allocate(CONTENT_BYTES)
                .put(VERSION)
                .putLong(userId)
                .putLong(startSeq)
                .putLong(random.nextLong())
                .array();
        byte[] signed = Arrays.copyOf(content, CONTENT_BYTES + SIGNATURE_BYTES);
        System.arraycopy(signature(keys.get(0), content), 0, signed, CONTENT_BYTES, SIGNATURE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** @return where the session began, or nothing when the id is not one of ours for this user */
    OptionalLong startSeq(@Nullable Object recoveryId, long userId) {
        if (!(recoveryId instanceof String text) || text.length() > 100) {
            return OptionalLong.empty();
        }
        byte[] signed;
        try {
            signed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException noneOfOurs) {
            return OptionalLong.empty();
        }
        if (signed.length != CONTENT_BYTES + SIGNATURE_BYTES) {
            return OptionalLong.empty();
        }
        byte[] content = Arrays.copyOf(signed, CONTENT_BYTES);
        byte[] shown = Arrays.copyOfRange(signed, CONTENT_BYTES, signed.length);
        if (keys.stream().noneMatch(key -> isSignature(shown, key, content))) {
            return OptionalLong.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(content);
        return fields.get() == VERSION && fields.getLong() == userId
                ? OptionalLong.of(fields.getLong())
                : OptionalLong.empty();
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
