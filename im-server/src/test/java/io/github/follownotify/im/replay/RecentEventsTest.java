package io.github.follownotify.im.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.TestEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentEventsTest {

    private long now;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecentEvents window = window(1_000_000);

    @Test
    void knowsNothingBeforeItBegins() {
        assertThat(window.after(1, 0, 1000)).isEmpty();
        assertThat(window.head()).isEqualTo(-1);
    }

    @Test
    void answersWithAUsersEventsAfterASeqOldestFirst() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1, 2, 1, 1, 2);

        assertThat(seqs(window.after(1, 0, 1000))).containsExactly(1L, 3L, 4L);
        assertThat(seqs(window.after(1, 1, 1000))).containsExactly(3L, 4L);
        assertThat(seqs(window.after(1, 2, 1000))).containsExactly(3L, 4L);
        assertThat(seqs(window.after(1, 4, 1000))).isEmpty();
        assertThat(seqs(window.after(2, 2, 1000))).containsExactly(5L);
        assertThat(window.head()).isEqualTo(5);
    }

    @Test
    void givesTheOldestWhenMoreWasMissedThanIsAskedFor() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1, 2, 1, 1, 1);

        assertThat(seqs(window.after(1, 1, 2))).containsExactly(3L, 4L);
        assertThat(seqs(window.after(1, 4, 2))).containsExactly(5L);
    }

    @Test
    void knowsThatAUserWithoutEventsMissedNothing() {
        window.beginAfter(LogOffset.unchecked(10));
        append(1);

        assertThat(window.after(99, 10, 1000)).hasValue(List.of());
        assertThat(window.after(99, 11, 1000)).hasValue(List.of());
    }

    @Test
    void saysHonestlyThatItDoesNotReachBack() {
        window.beginAfter(LogOffset.unchecked(10));
        append(1);

        assertThat(window.after(1, 9, 1000)).isEmpty();
        assertThat(window.after(99, 9, 1000))
                .as("no events here, but perhaps before")
                .isEmpty();
        assertThat(window.after(1, 10, 1000)).isPresent();
    }

    @Test
    void letsTheOldestGoWhenItsMemoryIsFull() {
        RecentEvents small = window(10 * 300);
        small.beginAfter(LogOffset.unchecked(0));
        for (long seq = 1; seq <= 1000; seq++) {
            small.append(TestEvents.event(seq % 10, seq));
        }

        assertThat(small.bytes()).isLessThanOrEqualTo(10 * 300);
        assertThat(small.size()).isBetween(8, 13);
        long floor = 1000L - small.size();
        assertThat(small.after(1, floor, 1000)).isPresent();
        assertThat(small.after(1, floor - 1, 1000)).isEmpty();
        assertThat(meters.get("im.window.events").gauges()).isNotEmpty();
    }

    @Test
    void letsEventsGoByAgeAlsoWhenNoNewOnesCome() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1);
        now += Duration.ofMinutes(5).toNanos();
        append(1);
        now += Duration.ofMinutes(6).toNanos();

        window.forgetOld();

        assertThat(window.after(1, 0, 1000)).isEmpty();
        assertThat(seqs(window.after(1, 1, 1000))).containsExactly(2L);
        now += Duration.ofMinutes(6).toNanos();
        window.forgetOld();
        assertThat(window.size()).isZero();
        assertThat(window.bytes()).isZero();
        assertThat(window.after(1, 2, 1000)).hasValue(List.of());
    }

    @Test
    void forgetsAllWhenItBeginsAnew() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1, 1, 1);

        window.beginAfter(LogOffset.unchecked(50));

        assertThat(window.after(1, 3, 1000)).isEmpty();
        assertThat(window.after(1, 50, 1000)).hasValue(List.of());
        assertThat(window.bytes()).isZero();
    }

    @Test
    void advancesOverNumbersThatHaveNoEvent() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1);

        window.advanceTo(7);

        assertThat(window.head()).isEqualTo(7);
        assertThat(seqs(window.after(1, 0, 1000))).containsExactly(1L);
    }

    @Test
    void reachesBackBehindItsBeginningWhenItIsRefilled() {
        window.beginAfter(LogOffset.unchecked(30));
        append(1, 2);
        assertThat(window.wantsEventsUpTo()).isEqualTo(30);

        window.extendBack(30, 20, page(20, 32, 1), 0);

        assertThat(seqs(window.after(3, 20, 1000))).containsExactly(23L, 30L);
        assertThat(seqs(window.after(1, 20, 1000))).containsExactly(21L, 28L, 31L);
        assertThat(window.after(3, 19, 1000)).isEmpty();
        assertThat(window.wantsEventsUpTo()).isEqualTo(20);
        window.extendBack(20, 0, page(0, 20, 1), 0);
        assertThat(seqs(window.after(3, 0, 1000))).containsExactly(2L, 9L, 16L, 23L, 30L);
        assertThat(window.wantsEventsUpTo()).isZero();
        assertThat(window.head()).isEqualTo(32);
    }

    @Test
    void isRefilledNoFurtherThanTheLogReachesBack() {
        window.beginAfter(LogOffset.unchecked(30));

        window.extendBack(30, 20, page(25, 30, 26), 0);

        assertThat(window.after(1, 25, 1000)).isPresent();
        assertThat(window.after(1, 24, 1000)).isEmpty();
        assertThat(window.wantsEventsUpTo()).isZero();
    }

    @Test
    void isRefilledWithNothingTooOldAndNotBeyondItsMemory() {
        window.beginAfter(LogOffset.unchecked(30));
        window.extendBack(30, 0, page(0, 30, 1), Duration.ofMinutes(11).toMillis());
        assertThat(window.size()).isZero();
        assertThat(window.wantsEventsUpTo()).isZero();

        RecentEvents small = window(10 * 300);
        small.beginAfter(LogOffset.unchecked(30));
        small.extendBack(30, 0, page(0, 30, 1), 0);
        assertThat(small.size()).isBetween(8, 13);
        assertThat(small.bytes()).isLessThanOrEqualTo(10 * 300);
        assertThat(small.after(1, 30L - small.size(), 1000)).isPresent();
        assertThat(small.after(1, 29L - small.size(), 1000)).isEmpty();
        assertThat(small.wantsEventsUpTo()).isZero();
    }

    @Test
    void forgetsWhatItWasRefilledWithAtItsAge() {
        window.beginAfter(LogOffset.unchecked(30));
        window.extendBack(30, 0, page(0, 30, 1), Duration.ofMinutes(9).toMillis());
        assertThat(window.size()).isEqualTo(30);

        now += Duration.ofMinutes(2).toNanos();
        window.forgetOld();

        assertThat(window.size()).isZero();
        assertThat(window.after(1, 29, 1000)).isEmpty();
        assertThat(window.after(1, 30, 1000)).isPresent();
    }

    @Test
    void takesNoRefillFromBeforeItBeganAnew() {
        window.beginAfter(LogOffset.unchecked(30));
        window.beginAfter(LogOffset.unchecked(40));
        window.extendBack(30, 0, page(0, 40, 1), 0);
        window.extendBack(40, 0, page(0, 35, 1), 0);

        assertThat(window.size()).isZero();
        assertThat(window.after(1, 39, 1000)).isEmpty();
    }

    @Test
    void agreesWithASimpleListUnderRandomUse() {
        Random random = new Random(42);
        RecentEvents small = window(200 * 350);
        small.beginAfter(LogOffset.unchecked(0));
        List<RoomEvent> all = new ArrayList<>();
        for (long seq = 1; seq <= 20_000; seq++) {
            RoomEvent event = TestEvents.event(1 + random.nextInt(50), seq);
            all.add(event);
            small.append(event);
            long user = 1L + random.nextInt(50);
            long after = Math.max(0, seq - random.nextInt(300));
            Optional<List<RoomEvent>> answer = small.after(user, after, 1000);
            boolean reachesBack = after >= seq - small.size();
            assertThat(answer.isPresent()).isEqualTo(reachesBack);
            if (reachesBack) {
                List<RoomEvent> expected = new ArrayList<>();
                for (RoomEvent candidate : all.subList((int) after, (int) seq)) {
                    if (candidate.userId() == user) {
                        expected.add(candidate);
                    }
                }
                assertThat(answer).hasValue(expected);
            }
        }
    }

    private static LogPage page(long after, long head, long oldest) {
        List<RoomEvent> events = LongStream.rangeClosed(after + 1, head)
                .mapToObj(seq -> TestEvents.event(1 + seq % 7, seq))
                .toList();
        return new LogPage(events, head, oldest, LogOffset.UNCHECKED);
    }

    @Test
    void knowsWhichEventANumberNames() {
        window.beginAfter(new LogOffset(10, 0x77777777));
        append(1, 2, 3);

        assertThat(window.tagAt(10)).isEqualTo(0x77777777);
        assertThat(window.tagAt(12)).isEqualTo(TestEvents.event(2, 12).offset().tag());
        assertThat(window.tagAt(9)).isEqualTo(LogOffset.UNCHECKED);
        assertThat(window.tagAt(14)).isEqualTo(LogOffset.UNCHECKED);
        assertThat(window.headOffset()).isEqualTo(TestEvents.event(3, 13).offset());
    }

    @Test
    void stillKnowsTheLastEventThatItForgot() {
        RecentEvents small = window(10 * 300);
        small.beginAfter(LogOffset.unchecked(0));
        for (long seq = 1; seq <= 100; seq++) {
            small.append(TestEvents.event(seq % 10, seq));
        }

        long floor = small.floor();
        assertThat(floor).isGreaterThan(80);
        assertThat(small.tagAt(floor))
                .isEqualTo(TestEvents.event(1, floor).offset().tag());
        assertThat(small.tagAt(floor - 1)).isEqualTo(LogOffset.UNCHECKED);
    }

    @Test
    void forgetsWhatLiesBehindAChangeOfHistory() {
        window.beginAfter(LogOffset.unchecked(0));
        append(1, 2, 1, 1, 2);
        long before = window.bytes();

        window.cutAfter(2);

        assertThat(window.head()).isEqualTo(2);
        assertThat(window.size()).isEqualTo(2);
        assertThat(window.bytes()).isLessThan(before);
        assertThat(seqs(window.after(1, 0, 1000))).containsExactly(1L);
        assertThat(window.historyChangedAfter()).isEqualTo(2);
        append(2);
        assertThat(seqs(window.after(2, 0, 1000))).containsExactly(2L, 3L);
    }

    private RecentEvents window(long bytes) {
        return new RecentEvents(bytes, Duration.ofMinutes(10), () -> now, meters);
    }

    private void append(long... users) {
        for (long user : users) {
            window.append(TestEvents.event(user, window.head() + 1));
        }
    }

    private static List<Long> seqs(Optional<List<RoomEvent>> events) {
        return events.orElseThrow().stream().map(RoomEvent::seq).toList();
    }
}
