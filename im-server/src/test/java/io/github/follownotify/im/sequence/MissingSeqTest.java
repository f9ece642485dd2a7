package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A seq that is missing for a moment, on a node that waits long enough for it even on a slow machine. */
class MissingSeqTest extends SequenceFixture {

    @Override
    Duration hold() {
        return Duration.ofMinutes(1);
    }

    /** Two replicas of follow-api publish independently of each other. */
    @Test
    void givesAMissingSeqAMomentToArriveBeforeItReadsTheLog() {
        startAt(0);
        catchUp.start();

        broker(2, 3, 1, 5, 4);

        assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(log.reads()).isZero();
        assertThat(gaps("closed")).isEqualTo(2);
        assertThat(sequence.state().lacksEvents()).isFalse();
    }
}
