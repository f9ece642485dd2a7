package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.TestEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSequenceTest extends SequenceFixture {

    @Test
    void deliversWhatFollowsAtOnce() {
        startAt(0);

        broker(1, 2, 3);

        assertThat(seqs()).containsExactly(1L, 2L, 3L);
        assertThat(log.reads()).isZero();
    }

    @Test
    void deliversARepeatOnlyOnceAndCountsIt() {
        startAt(0);

        broker(1, 2, 1, 2, 2, 3);

        assertThat(seqs()).containsExactly(1L, 2L, 3L);
        assertThat(dropped("duplicate")).isEqualTo(3);
    }

    @Test
    void deliversEventsWithoutSeqAsTheyCome() {
        startAt(0);
        log.writeUpTo(5);

        sequence.onEvent(TestEvents.event(7, 0));
        sequence.onEvent(TestEvents.event(7, 0));
        broker(5);
        sequence.onEvent(TestEvents.event(7, 0));

        assertThat(seqs()).containsExactly(0L, 0L, 0L);
    }

    @Test
    void fillsAGapFromTheLogBeforeAnythingNewer() {
        startAt(0);
        log.writeUpTo(50);
        catchUp.start();

        broker(1, 2, 50);

        awaitDelivered(50);
        assertThat(meters.timer("im.catch.ups").count()).isEqualTo(1);
    }

    @Test
    void waitsForTheLogWhileItDoesNotAnswerAndLosesNothing() {
        startAt(0);
        log.writeUpTo(20);
        log.failNext(5);
        catchUp.start();

        broker(1, 20);

        awaitDelivered(20);
        assertThat(log.reads()).isGreaterThan(5);
    }

    @Test
    void goesOnWhenTheBrokerItselfFillsTheGap() {
        startAt(0);
        log.failNext(Integer.MAX_VALUE);
        catchUp.start();

        broker(1, 3, 4);
        await().until(() -> sequence.state().lacksEvents());
        broker(2, 5);

        assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(sequence.state().lacksEvents()).isFalse();
        assertThat(sequence.state().cause()).isNull();
    }

    @Test
    void readsTheLogWhenAHeartbeatNamesAHeadThatWasNotReached() {
        startAt(0);
        log.writeUpTo(3);
        catchUp.start();

        broker(1);
        heartbeat(3, 3);

        awaitDelivered(3);
    }

    @Test
    void readsTheLogWhenAHeartbeatNamesWhatIsOverdue() {
        startAt(0);
        log.writeUpTo(3);
        catchUp.start();

        broker(1);
        heartbeat(1, 3);

        awaitDelivered(3);
    }

    @Test
    void pollsTheLogWhileRepeatsFillItsQueue() {
        startAt(0);
        log.writeUpTo(20);
        catchUp.start();
        broker(1, 2, 3);

        broker(1, 2, 3);

        awaitDelivered(20);
        for (int i = 0; i < 10_000; i++) {
            broker(1, 2, 3);
        }
        assertThat(log.reads()).as("not with each of them").isLessThan(1_000);
    }

    @Test
    void believesAHeartbeatThatNamesWhatWasDelivered() {
        startAt(0);

        broker(1, 2);
        heartbeat(2, 2);

        assertThat(sequence.state().cause()).isNull();
    }

    @Test
    void readsTheLogToItsEndAfterSilence() {
        startAt(0);
        log.writeUpTo(35);
        catchUp.start();

        sequence.begin(CatchUpCause.SILENCE);

        awaitDelivered(35);
    }

    @Test
    void passesOverNumbersWhoseRowsAreGone() {
        startAt(0);
        log.writeUpTo(30);
        LongStream.of(2, 3, 11, 29, 30).forEach(log::erase);
        catchUp.start();

        heartbeat(30, 30);
        await().until(() -> sequence.state().cause() == null);
        log.writeUpTo(31);
        broker(31);

        assertThat(seqs())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 31)
                        .filter(seq -> seq != 2 && seq != 3 && seq != 11 && seq != 29 && seq != 30)
                        .boxed()
                        .toList());
        assertThat(resyncs).hasValue(0);
    }

    @Test
    void tellsClientsToResyncWhenTheLogNoLongerReachesBack() {
        startAt(5);
        log.writeUpTo(40);
        log.trimUpTo(20);
        catchUp.start();

        heartbeat(40, 40);

        await().until(() -> sequence.state().cause() == null);
        assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(21, 40).boxed().toList());
        assertThat(resyncs).hasValue(1);
        assertThat(window.after(1, 10, 100))
                .as("the window must not claim the part that is lost")
                .isEmpty();
        assertThat(window.after(1, 20, 100)).isPresent();
    }

    @Test
    void readsTheLogWhenAMissingSeqDoesNotArrive() {
        startAt(0);
        log.writeUpTo(3);
        catchUp.start();

        broker(1, 3);

        awaitDelivered(3);
        assertThat(gaps("read")).isEqualTo(1);
    }

    @Test
    void keepsDeliveringToOthersWhenOneRecipientFails() {
        EventSequence fragile = sequence(
                window,
                event -> {
                    if (event.seq() == 2) {
                        throw new IllegalStateException("broken socket");
                    }
                    delivered.add(event);
                },
                resyncs::incrementAndGet,
                disconnects::incrementAndGet,
                meters);
        fragile.onHeartbeat(LogOffset.unchecked(0), 0);
        log.writeUpTo(3);

        LongStream.rangeClosed(1, 3).forEach(seq -> fragile.onEvent(log.get(seq)));

        assertThat(seqs()).containsExactly(1L, 3L);
        assertThat(dropped("emit_failed")).isEqualTo(1);
    }

    @Test
    void boundsWhatItKeepsWhileTheLogDoesNotAnswerAndStillDeliversAll() {
        startAt(0);
        log.writeUpTo(50_000);
        log.failNext(3);
        for (long seq = 2; seq <= 50_000; seq++) {
            broker(seq);
        }
        catchUp.start();

        awaitDelivered(50_000);
    }

    /** What any broker may do to a stream: lose parts, repeat parts, deliver late; and the log fails now and then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void deliversLikeAnIdealStreamUnderRandomFaults(long seed) {
        Random random = new Random(seed);
        startAt(0);
        catchUp.start();
        List<RoomEvent> late = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            RoomEvent event = log.write(1 + random.nextInt(5));
            int fate = random.nextInt(100);
            if (fate < 90) {
                sequence.onEvent(event);
            } else if (fate < 95) {
                late.add(event);
            }
            if (fate % 10 == 0) {
                sequence.onEvent(log.get(1 + random.nextLong(log.head())));
            }
            if (fate == 50) {
                Collections.shuffle(late, random);
                late.forEach(sequence::onEvent);
                late.clear();
            }
            if (fate == 51) {
                log.failNext(random.nextInt(4));
            }
            if (fate == 52) {
                heartbeat(log.head(), log.head());
            }
            if (fate == 53) {
                sequence.begin(CatchUpCause.RECONNECTED);
            }
        }
        heartbeat(log.head(), log.head());

        awaitDelivered(3000);
        assertThat(window.after(3, 0, 3000)).hasValueSatisfying(events -> assertThat(events)
                .containsExactlyElementsOf(
                        delivered.stream().filter(event -> event.userId() == 3).toList()));
        assertThat(resyncs).hasValue(0);
    }
}
