package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.TestEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSequenceTest {

    private static final int PAGE = 10;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WritableLog log = new WritableLog();
    private final RecentEvents window = new RecentEvents(1_000_000_000, Duration.ofHours(1), System::nanoTime, meters);
    private final List<RoomEvent> delivered = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger resyncs = new AtomicInteger();
    private final AtomicInteger disconnects = new AtomicInteger();
    private final EventSequence sequence =
            sequence(window, delivered::add, resyncs::incrementAndGet, disconnects::incrementAndGet, meters);
    private final CatchUp catchUp = new CatchUp(sequence, window, log, PAGE, Duration.ofMillis(20), meters);

    static EventSequence sequence(
            RecentEvents window,
            Consumer<RoomEvent> emit,
            Runnable resyncAll,
            Runnable disconnectAll,
            SimpleMeterRegistry meters) {
        SequenceMetrics metrics = new SequenceMetrics(meters);
        return new EventSequence(
                window, new EventOutlet(emit, resyncAll, disconnectAll, metrics), Duration.ofMillis(50), metrics);
    }

    @AfterEach
    void stop() throws InterruptedException {
        catchUp.stop();
    }

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
    void beginsAtWhatWasPublishedAndNotAtWhatIsOverdue() {
        heartbeat(1, 3);

        broker(2, 3);

        assertThat(seqs()).containsExactly(2L, 3L);
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
    void followsALogThatWasReplacedByAnOlderOne() {
        startAt(500);
        log.replaceByOneThatEndsAt(30);
        catchUp.start();

        heartbeat(30, 30);
        await().until(() -> sequence.delivered() == 30);
        log.writeUpTo(31);
        broker(31);

        assertThat(seqs()).containsExactly(31L);
        assertThat(disconnects).hasValue(1);
    }

    @Test
    void isNotLedAstrayByASeqThatTheLogNeverGave() {
        startAt(0);
        log.writeUpTo(2);
        catchUp.start();

        broker(1, 2);
        sequence.onEvent(TestEvents.event(7, Long.MAX_VALUE));
        await().until(() -> sequence.state().cause() == null);
        log.writeUpTo(3);
        broker(3);

        assertThat(seqs()).containsExactly(1L, 2L, 3L);
        assertThat(dropped("beyond_the_log")).isEqualTo(1);
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
    void deliversTheNewHistoryFromWhereItDivergedWhenNumbersAreGivenAgain() {
        startAt(0);
        broker(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        catchUp.start();
        log.loseEverythingAfter(7);

        RoomEvent again = log.write(3);
        sequence.onEvent(again);

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(delivered.subList(12, delivered.size())).containsExactly(again);
        assertThat(window.historyChangedAfter()).isEqualTo(7);
        assertThat(window.after(3, 7, 10)).hasValue(List.of(again));
        assertThat(sequence.delivered()).isEqualTo(8);
    }

    @Test
    void noticesAnotherHistoryByTheHeartbeatAlone() {
        startAt(0);
        broker(1, 2, 3, 4, 5);
        catchUp.start();
        log.loseEverythingAfter(2);
        log.writeUpTo(5);

        sequence.onHeartbeat(log.get(5).offset(), 5);

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(delivered.subList(5, delivered.size())).containsExactly(log.get(3), log.get(4), log.get(5));
    }

    @Test
    void noticesAnotherHistoryThatIsLongerThanItsOwn() {
        startAt(0);
        broker(1, 2, 3, 4, 5);
        catchUp.start();
        log.loseEverythingAfter(3);
        log.writeUpTo(40);

        sequence.onEvent(log.get(40));

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(delivered.subList(5, delivered.size()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(4, 40).mapToObj(log::get).toList());
    }

    @Test
    void beginsAtTheHeadWhenTheHistoriesDivergedBeforeItsWindow() {
        log.writeUpTo(20);
        sequence.onHeartbeat(log.get(20).offset(), 20);
        sequence.openGate(true);
        broker(21, 22);
        catchUp.start();
        log.loseEverythingAfter(10);
        log.writeUpTo(30);

        sequence.onEvent(log.get(22));

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(sequence.delivered()).isEqualTo(30);
        assertThat(window.floor()).isEqualTo(30);
    }

    @Test
    void forgedMessageWithASeqChangesNothingThatTheLogConfirms() {
        startAt(0);
        broker(1, 2, 3);
        catchUp.start();

        sequence.onEvent(new RoomEvent(
                7, "following notify", new byte[] {'{', '}'}, 2, 0, "ffffffff-0000-4000-8000-000000000000"));
        await().until(() -> log.reads() > 0 && sequence.state().cause() == null);

        assertThat(seqs()).containsExactly(1L, 2L, 3L);
        assertThat(disconnects).hasValue(0);
        assertThat(dropped("conflict")).isEqualTo(1);
    }

    @Test
    void realEventIsDeliveredThoughAForgedOneTookItsNumber() {
        startAt(0);
        broker(1, 2);
        catchUp.start();
        sequence.onEvent(new RoomEvent(
                7, "following notify", new byte[] {'{', '}'}, 3, 0, "ffffffff-0000-4000-8000-000000000000"));
        RoomEvent real = log.write(3);

        sequence.onEvent(real);

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(delivered.get(delivered.size() - 1)).isEqualTo(real);
        assertThat(window.tagAt(3)).isEqualTo(real.offset().tag());
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

    private void heartbeat(long head, long overdue) {
        sequence.onHeartbeat(LogOffset.unchecked(head), overdue);
    }

    private void startAt(long head) {
        log.writeUpTo(head);
        heartbeat(head, head);
        sequence.openGate(true);
    }

    private void broker(long... seqs) {
        for (long seq : seqs) {
            log.writeUpTo(seq);
            sequence.onEvent(log.get(seq));
        }
    }

    private void awaitDelivered(long last) {
        await().untilAsserted(() -> assertThat(sequence.delivered()).isEqualTo(last));
        await().until(() -> sequence.state().cause() == null);
        assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }

    private List<Long> seqs() {
        return delivered.stream().map(RoomEvent::seq).toList();
    }

    private double gaps(String result) {
        return meters.counter("im.events.gaps", "result", result).count();
    }

    private double dropped(String reason) {
        return meters.counter("im.events.dropped", "reason", reason).count();
    }
}
