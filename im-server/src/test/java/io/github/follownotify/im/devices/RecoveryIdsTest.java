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

    private static final RecoveryIds.Session START =
            new RecoveryIds.Session(new LogOffset(42, 0x5f3a9c01), LogOffset.unchecked(7));

    @Test
    void signedWithAnEarlierSecretAreAccepted() {
        String old = new RecoveryIds(List.of(OLD)).issue(7, START);

        assertThat(new RecoveryIds(List.of(NEW, OLD)).read(old, 7)).isEqualTo(START);
        assertThat(new RecoveryIds(List.of(NEW, OLD)).read(old, 8)).isNull();
        assertThat(new RecoveryIds(List.of(NEW)).read(old, 7)).isNull();
    }

    @Test
    void areSignedWithTheFirstSecret() {
        String fresh = new RecoveryIds(List.of(NEW, OLD)).issue(7, START);

        assertThat(new RecoveryIds(List.of(NEW)).read(fresh, 7)).isEqualTo(START);
        assertThat(new RecoveryIds(List.of(OLD)).read(fresh, 7)).isNull();
    }

    @Test
    void needNoDiscardedOffset() {
        RecoveryIds ids = new RecoveryIds(List.of(NEW));
        RecoveryIds.Session session = new RecoveryIds.Session(LogOffset.unchecked(0), null);

        assertThat(ids.read(ids.issue(7, session), 7)).isEqualTo(session);
    }
}
