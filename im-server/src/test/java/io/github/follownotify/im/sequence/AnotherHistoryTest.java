package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.TestEvents;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The log or a message contradicts what was delivered: a database that failed over or was restored, or a forgery. */
class AnotherHistoryTest extends SequenceFixture {

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
        await().until(() -> dropped("beyond_the_log") == 1 && sequence.state().cause() == null);
        log.writeUpTo(3);
        broker(3);

        assertThat(seqs()).containsExactly(1L, 2L, 3L);
        assertThat(dropped("beyond_the_log")).isEqualTo(1);
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
    void deliversNothingOnTopOfAHistoryThatIsInDoubt() {
        startAt(0);
        broker(1, 2, 3, 4, 5);
        log.loseEverythingAfter(2);
        log.writeUpTo(7);

        // While the database fails over the log cannot be read, and the new history may overtake the old one.
        LongStream.rangeClosed(3, 7).mapToObj(log::get).forEach(sequence::onEvent);
        assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        catchUp.start();

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(delivered.subList(5, delivered.size()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(3, 7).mapToObj(log::get).toList());
    }

    @Test
    void isNotReassuredByWhatWasReadBeforeTheDoubt() throws InterruptedException {
        startAt(0);
        broker(1, 2, 3, 4, 5);
        sequence.begin(CatchUpCause.RECONNECTED);
        CatchUpRun.Reading before = sequence.answers().awaitReading();
        LogPage page = log.after(before.after(), PAGE);
        log.loseEverythingAfter(2);
        log.writeUpTo(7);
        LongStream.rangeClosed(3, 7).mapToObj(log::get).forEach(sequence::onEvent);

        assertThat(sequence.answers().onPage(before, page, true)).isTrue();
        assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        catchUp.start();

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L, 3L, 4L, 5L, 6L, 7L);
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
    void doesNotTakeForSharedWhatItKnowsByItsNumberOnly() {
        log.writeUpTo(25);
        sequence.openGate(true);
        broker(23, 24, 25);
        log.loseEverythingAfter(10);
        log.writeUpTo(30);
        catchUp.start();

        sequence.onEvent(log.get(24));

        await().until(() -> disconnects.get() == 1);
        await().until(() -> sequence.state().cause() == null);
        assertThat(sequence.delivered()).isEqualTo(30);
        assertThat(window.floor()).isEqualTo(30);
        assertThat(window.historyChangedAfter()).isNegative();
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
}
