package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** Where a node begins that has just started. */
class SequenceStartTest extends SequenceFixture {

    @Test
    void beginsAtWhatWasPublishedAndNotAtWhatIsOverdue() {
        heartbeat(1, 3);

        broker(2, 3);

        assertThat(seqs()).containsExactly(2L, 3L);
    }

    @Test
    void beginsAtTheHeadOfTheLog() {
        log.writeUpTo(100);
        sequence.begin(CatchUpCause.START);
        catchUp.start();
        await().until(() -> sequence.state().cause() == null);
        sequence.openGate(true);

        broker(99, 100);
        log.writeUpTo(101);
        broker(101);

        assertThat(seqs()).containsExactly(101L);
        assertThat(resyncs).hasValue(0);
    }

    @Test
    void beginsAtTheFirstEventWhenTheLogDoesNotAnswer() {
        log.failNext(Integer.MAX_VALUE);
        sequence.begin(CatchUpCause.START);
        catchUp.start();
        sequence.openGate(true);
        sequence.goOnWithoutLog();
        log.writeUpTo(43);

        broker(42, 43);

        assertThat(seqs()).containsExactly(42L, 43L);
        assertThat(sequence.state().cause()).isNull();
        assertThat(resyncs).hasValue(0);
    }

    @Test
    void tellsClientsToResyncWhoCameBeforeItKnewTheHead() {
        log.writeUpTo(10);
        log.failNext(3);
        sequence.begin(CatchUpCause.START);
        sequence.openGate(false);
        catchUp.start();

        await().until(() -> sequence.delivered() == 10);

        assertThat(resyncs).hasValue(1);
    }
}
