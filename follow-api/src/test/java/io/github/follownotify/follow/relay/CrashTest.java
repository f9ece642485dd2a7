package io.github.follownotify.follow.relay;

import static io.github.follownotify.follow.relay.RelayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.relay.RelayFixture.Replica;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the instant at which a relay dies, the next one goes on, in order and without a loss. */
class CrashTest {

    private RelayFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RelayFixture();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AFTER_COMMIT")
    void nextReplicaGoesOnWhereTheDeadOneStopped(FailPoint fatal) {
        fixture.append(20, 42);
        Replica dying = fixture.replicaDyingAt(fatal).start();
        eventually().until(() -> !dying.relay.isAlive());
        assertThat(fixture.confirmedSeq()).isZero();

        fixture.append(20, 42);
        fixture.replica("next").start();
        fixture.expireLease();

        eventually().until(() -> fixture.confirmedSeq() == 40);
        eventually().untilAsserted(() -> assertThat(fixture.seqsWithoutRepeats())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 40).boxed().toList()));
    }
}
