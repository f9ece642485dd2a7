package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.rooms.LogOffset;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class RecoveryIdsTest {

    private static final SecretKey OLD = new SecretKeySpec(new byte[] {1}, "HmacSHA256");
    private static final SecretKey NEW = new SecretKeySpec(new byte[] {2}, "HmacSHA256");

    private static final LogOffset START = new LogOffset(42, 0x5f3a9c01);

    @Test
    void signedWithAnEarlierSecretAreAccepted() {
        String old = new RecoveryIds(List.of(OLD)).issue(7, START);

        assertThat(new RecoveryIds(List.of(NEW, OLD)).start(old, 7)).isEqualTo(START);
        assertThat(new RecoveryIds(List.of(NEW, OLD)).start(old, 8)).isNull();
        assertThat(new RecoveryIds(List.of(NEW)).start(old, 7)).isNull();
    }

    @Test
    void areSignedWithTheFirstSecret() {
        String fresh = new RecoveryIds(List.of(NEW, OLD)).issue(7, START);

        assertThat(new RecoveryIds(List.of(NEW)).start(fresh, 7)).isEqualTo(START);
        assertThat(new RecoveryIds(List.of(OLD)).start(fresh, 7)).isNull();
    }
}
