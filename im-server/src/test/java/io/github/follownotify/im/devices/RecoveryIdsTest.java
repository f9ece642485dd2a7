package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class RecoveryIdsTest {

    private static final SecretKey OLD = new SecretKeySpec(new byte[] {1}, "HmacSHA256");
    private static final SecretKey NEW = new SecretKeySpec(new byte[] {2}, "HmacSHA256");

    @Test
    void signedWithAnEarlierSecretAreAccepted() {
        String old = new RecoveryIds(List.of(OLD)).issue(7, 42);

        assertThat(new RecoveryIds(List.of(NEW, OLD)).startSeq(old, 7)).hasValue(42);
        assertThat(new RecoveryIds(List.of(NEW, OLD)).startSeq(old, 8)).isEmpty();
        assertThat(new RecoveryIds(List.of(NEW)).startSeq(old, 7)).isEmpty();
    }

    @Test
    void areSignedWithTheFirstSecret() {
        String fresh = new RecoveryIds(List.of(NEW, OLD)).issue(7, 42);

        assertThat(new RecoveryIds(List.of(NEW)).startSeq(fresh, 7)).hasValue(42);
        assertThat(new RecoveryIds(List.of(OLD)).startSeq(fresh, 7)).isEmpty();
    }
}
