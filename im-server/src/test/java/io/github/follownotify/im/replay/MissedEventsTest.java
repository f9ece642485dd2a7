package io.github.follownotify.im.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.log.FollowApiStandIn;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.log.Logs;
import io.github.follownotify.im.replay.Missed.Status;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MissedEventsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FollowApiStandIn followApi = new FollowApiStandIn();
    private final RecentEvents window = new RecentEvents(1_000_000_000, Duration.ofHours(1), System::nanoTime, meters);
    private final MissedEvents missedEvents = missedEvents(followApi.url(), Duration.ofSeconds(20));

    @AfterEach
    void close() {
        followApi.close();
    }

    @Test
    void answersFromTheWindowWithoutAskingTheLog() {
        followApi.writeUpTo(5, 42);
        deliver(0, 5);

        Missed missed = after(2);

        assertThat(missed.status()).isEqualTo(Status.COMPLETE);
        assertThat(seqs(missed)).containsExactly(3L, 4L, 5L);
        assertThat(followApi.requests()).isEmpty();
        assertThat(reads("window")).isEqualTo(1);
    }

    @Test
    void readsTheLogPageByPageBehindTheWindow() {
        followApi.writeUpTo(25, 42);
        deliver(25, 25);

        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 25));
        assertThat(followApi.requests()).containsExactly("/log/missed", "/log/missed", "/log/missed");
        assertThat(reads("missed")).isEqualTo(3);
    }

    @Test
    void goesOnWithTheWindowAsSoonAsThePagesReachIt() {
        followApi.writeUpTo(25, 42);
        deliver(8, 25);

        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 25));
        assertThat(followApi.requests()).containsExactly("/log/missed");
    }

    @Test
    void givesOnlyTheUsersOwnEvents() {
        followApi.write(42, "{}");
        followApi.write(7, "{}");
        followApi.write(42, "{}");

        assertThat(seqs(after(0))).containsExactly(1L, 3L);
        deliver(0, 3);
        assertThat(seqs(after(0))).containsExactly(1L, 3L);
    }

    @Test
    void passesTheDataOnByteByByte() {
        List<String> datas = List.of(
                "{ \"a\" :\t[1.50, 2e3 ,\"\\u00e4ä€😀\\\"\\\\]}\"],\"b\":{}}",
                "[]",
                "\"text } \\\" ä\"",
                "-12.50",
                "true",
                "null");
        datas.forEach(data -> followApi.write(42, data));

        Missed missed = after(0);

        assertThat(missed.events())
                .extracting(event -> new String(event.json(), StandardCharsets.UTF_8))
                .containsExactlyElementsOf(datas);
        RoomEvent first = missed.events().get(0);
        assertThat(first).returns(42L, RoomEvent::userId).returns("following notify", RoomEvent::type);
        assertThat(first.createdAtMillis()).isEqualTo(1_767_225_600_123L);
        assertThat(first.id()).isEqualTo(followApi.event(1).id());
    }

    @Test
    void saysThatTheLogNoLongerReachesBack() {
        followApi.writeUpTo(20, 42);
        followApi.trimUpTo(10);

        assertThat(after(9)).isEqualTo(Missed.unanswerable(Status.LOG_TRIMMED));
        assertThat(after(10).status()).isEqualTo(Status.COMPLETE);
    }

    @Test
    void saysThatAnOffsetBeyondTheHeadIsUnknown() {
        followApi.writeUpTo(3, 42);
        deliver(0, 3);

        assertThat(after(4)).isEqualTo(Missed.unanswerable(Status.UNKNOWN_OFFSET));
        assertThat(after(Long.MAX_VALUE)).isEqualTo(Missed.unanswerable(Status.UNKNOWN_OFFSET));
    }

    @Test
    void believesAnOffsetThatAnotherNodeHasReachedBefore() {
        followApi.writeUpTo(3, 42);
        deliver(0, 2);

        assertThat(after(3)).isEqualTo(Missed.complete(List.of(), true));
    }

    @Test
    void givesMuchInParts() {
        followApi.writeUpTo(60, 42);
        assertThat(seqs(after(0))).containsExactlyElementsOf(range(1, 10));
        assertThat(after(0).last()).isFalse();
        assertThat(after(50).last()).as("it may have been the end").isFalse();
        assertThat(after(60)).isEqualTo(Missed.complete(List.of(), true));

        deliver(0, 60);
        followApi.writeUpTo(2500, 42);
        LongStream.rangeClosed(61, 2500).forEach(seq -> window.append(followApi.event(seq)));
        assertThat(after(0).last()).isFalse();
        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 2500));
    }

    @Test
    void saysSoWhenTheLogWasTrimmedBetweenTwoParts() {
        followApi.writeUpTo(60, 42);
        assertThat(after(0).status()).isEqualTo(Status.COMPLETE);
        followApi.trimUpTo(30);

        assertThat(after(10)).isEqualTo(Missed.unanswerable(Status.LOG_TRIMMED));
    }

    @Test
    void missesNothingThatIsDeliveredWhileTheLogIsRead() {
        followApi.writeUpTo(5, 42);
        deliver(5, 5);
        followApi.hold();
        CompletableFuture<Missed> answer = ask(0);
        await().until(() -> !followApi.requests().isEmpty());
        followApi.writeUpTo(8, 42);
        LongStream.rangeClosed(6, 8).forEach(seq -> window.append(followApi.event(seq)));
        followApi.release();

        assertThat(seqs(answer.join())).containsExactlyElementsOf(range(1, 8));
    }

    @Test
    void failsClearlyWhenFollowApiAnswersOtherwise() {
        for (int status : new int[] {401, 403, 404, 429, 500, 503}) {
            followApi.answerWith(status);

            assertThatThrownBy(() -> after(0))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(LogUnavailableException.class)
                    .hasMessageContaining(String.valueOf(status));
        }
    }

    @Test
    void failsClearlyWhenNobodyAnswers() {
        MissedEvents alone = missedEvents("http://127.0.0.1:1", Duration.ofSeconds(20));

        assertThatThrownBy(() -> alone.after(42, LogOffset.unchecked(0)).join())
                .hasCauseInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("http://127.0.0.1:1");
    }

    @Test
    void failsInTimeWhenFollowApiHangsAndServesTheNextOnes() {
        MissedEvents hurried = missedEvents(followApi.url(), Duration.ofMillis(300));
        followApi.hold();
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(hurried.after(42, LogOffset.unchecked(0)));
        }

        answers.forEach(answer -> assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("in time"));
        followApi.release();
        // Also the answer to this question may be late.
        await().ignoreExceptions().untilAsserted(() -> assertThat(
                        hurried.after(42, LogOffset.unchecked(0)).get(5, TimeUnit.SECONDS))
                .isEqualTo(Missed.complete(List.of(), true)));
    }

    @Test
    void gathersWhoComesWhileAReadIsUnderWay() {
        for (long user = 1; user <= 300; user++) {
            followApi.write(user, "{}");
        }
        followApi.hold();
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (long user = 1; user <= 300; user++) {
            answers.add(missedEvents.after(user, LogOffset.unchecked(0)));
        }
        await().until(() -> followApi.requests().size() == 1);
        followApi.release();

        for (int i = 0; i < 300; i++) {
            assertThat(seqs(answers.get(i).join())).containsExactly(i + 1L);
        }
        assertThat(followApi.requests())
                .as("one for the first, then 200 and 99")
                .hasSize(3);
        assertThat(followApi.mostAtOnce()).isEqualTo(1);
    }

    @Test
    void refusesWhoFindsTheQueueFull() {
        followApi.hold();
        CompletableFuture<Missed> unused = ask(0);
        await().until(() -> followApi.requests().size() == 1);
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (long user = 100; user < 500; user++) {
            answers.add(missedEvents.after(user, LogOffset.unchecked(0)));
        }

        assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(100);
        assertThat(meters.get("im.log.reads.waiting").gauge().value()).isEqualTo(300);
        followApi.release();
        await().until(() -> answers.stream().allMatch(CompletableFuture::isDone));
    }

    @Test
    void oneUserWithManyDevicesDelaysNobodyElse() {
        followApi.write(7, "{}");
        followApi.hold();
        CompletableFuture<Missed> first = ask(0);
        await().until(() -> followApi.requests().size() == 1);
        List<CompletableFuture<Missed>> ofOne = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ofOne.add(missedEvents.after(42, LogOffset.unchecked(i % 2)));
        }
        CompletableFuture<Missed> other = missedEvents.after(7, LogOffset.unchecked(0));
        followApi.release();

        assertThat(seqs(first.join())).isEmpty();
        assertThat(seqs(other.join())).containsExactly(1L);
        assertThat(ofOne.stream().filter(CompletableFuture::isCompletedExceptionally))
                .as("beyond the limit for one user")
                .hasSize(10);
        assertThat(followApi.pairs())
                .as("devices at the same offset share a pair")
                .isLessThanOrEqualTo(52);
    }

    @Test
    void doesNotAskForDevicesThatAreGone() {
        followApi.hold();
        CompletableFuture<Missed> first = ask(0);
        await().until(() -> followApi.requests().size() == 1);
        List<CompletableFuture<Missed>> gone = new ArrayList<>();
        for (long user = 100; user < 200; user++) {
            gone.add(missedEvents.after(user, LogOffset.unchecked(0)));
        }
        gone.forEach(answer -> answer.cancel(false));
        CompletableFuture<Missed> last = missedEvents.after(7, LogOffset.unchecked(0));
        followApi.release();

        first.join();
        last.join();
        assertThat(followApi.pairs()).isEqualTo(2);
    }

    @Test
    void tellsOffsetsOfAHistoryThatIsGoneByTheWindow() {
        followApi.writeUpTo(5, 42);
        deliver(0, 5);
        LogOffset gone = new LogOffset(5, 0x77777777);

        assertThat(missedEvents.after(42, gone).join()).isEqualTo(Missed.unanswerable(Status.HISTORY_CHANGED));
        assertThat(followApi.requests()).isEmpty();
    }

    @Test
    void givesWhatTheNewHistoryHasWhenItSawTheChange() {
        followApi.writeUpTo(5, 42);
        deliver(0, 5);
        LogOffset gone = new LogOffset(5, 0x77777777);
        window.cutAfter(3);
        window.append(followApi.event(4));
        window.append(followApi.event(5));

        Missed missed = missedEvents.after(42, gone).join();

        assertThat(missed.status()).isEqualTo(Status.HISTORY_CHANGED);
        assertThat(seqs(missed)).containsExactly(4L, 5L);
    }

    @Test
    void givesWhatTheNewHistoryHasToADeviceThatWasAheadOfIt() {
        followApi.writeUpTo(5, 42);
        deliver(0, 5);
        window.cutAfter(3);
        window.append(followApi.event(4));
        window.append(followApi.event(5));

        Missed missed = missedEvents.after(42, new LogOffset(9, 0x77777777)).join();

        assertThat(missed.status()).isEqualTo(Status.HISTORY_CHANGED);
        assertThat(seqs(missed)).containsExactly(4L, 5L);
    }

    @Test
    void tellsOffsetsOfAHistoryThatIsGoneByTheLog() {
        followApi.writeUpTo(5, 42);
        deliver(5, 5);

        assertThat(missedEvents.after(42, new LogOffset(2, 0x77777777)).join())
                .isEqualTo(Missed.unanswerable(Status.HISTORY_CHANGED));
        assertThat(missedEvents.after(42, followApi.event(2).offset()).join().status())
                .isEqualTo(Status.COMPLETE);
    }

    @Test
    void servesAStormOfReconnectingUsersFromTheWindow() {
        window.beginAfter(LogOffset.unchecked(0));
        for (long seq = 1; seq <= 100_000; seq++) {
            window.append(new RoomEvent(seq % 20_000 + 1, "following notify", new byte[] {'{', '}'}, seq, 0, ""));
        }

        long before = System.nanoTime();
        for (long user = 1; user <= 20_000; user++) {
            Missed missed =
                    missedEvents.after(user, LogOffset.unchecked(50_000)).join();
            assertThat(missed.events()).hasSizeBetween(2, 3);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        assertThat(reads("window")).isEqualTo(20_000);
        assertThat(followApi.requests()).isEmpty();
    }

    private MissedEvents missedEvents(String url, Duration deadline) {
        LogSettings settings = new LogSettings(
                URI.create(url),
                500,
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofMillis(50),
                10,
                200,
                300,
                50,
                deadline);
        return new MissedEvents(window, Logs.followLog(settings), settings, meters);
    }

    private Missed after(long seq) {
        return ask(seq).join();
    }

    private List<Long> allAfter(long seq) {
        List<Long> all = new ArrayList<>();
        Missed part = after(seq);
        while (!part.last()) {
            all.addAll(seqs(part));
            part = after(all.get(all.size() - 1));
        }
        all.addAll(seqs(part));
        return all;
    }

    private CompletableFuture<Missed> ask(long seq) {
        return missedEvents.after(42, LogOffset.unchecked(seq));
    }

    /** What a node has delivered whose window begins after a seq. */
    private void deliver(long floor, long last) {
        window.beginAfter(LogOffset.unchecked(floor));
        LongStream.rangeClosed(floor + 1, last).forEach(seq -> window.append(followApi.event(seq)));
    }

    private double reads(String source) {
        return meters.counter("im.log.reads", "source", source).count();
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static List<Long> seqs(Missed missed) {
        return missed.events().stream().map(RoomEvent::seq).toList();
    }
}
