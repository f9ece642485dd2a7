package io.github.follownotify.im.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.FollowApiStandIn;
import io.github.follownotify.im.events.RecentEvents;
import io.github.follownotify.im.events.Windows;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.log.Logs;
import io.github.follownotify.im.replay.MissedEvents.Missed;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.jwt.VerifiedUser;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MissedEventsTest {

    private static final String TOKEN = "token-of-42";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FollowApiStandIn followApi = new FollowApiStandIn();
    private final RecentEvents window = Windows.window(meters);
    private final MissedEvents missedEvents = missedEvents(followApi.url(), Duration.ofSeconds(20));

    @BeforeEach
    void acceptToken() {
        followApi.acceptToken(TOKEN, 42);
    }

    @AfterEach
    void close() {
        followApi.close();
    }

    @Test
    void answersFromTheWindowWithoutAskingTheLog() {
        followApi.writeUpTo(5, 42);
        deliver(0, 5);

        Missed missed = after(2);

        assertThat(missed.complete()).isTrue();
        assertThat(seqs(missed)).containsExactly(3L, 4L, 5L);
        assertThat(followApi.requests()).isEmpty();
        assertThat(reads("window")).isEqualTo(1);
    }

    @Test
    void readsTheLogPageByPageBehindTheWindow() {
        followApi.writeUpTo(25, 42);
        deliver(25, 25);

        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 25));
        assertThat(followApi.requests())
                .containsExactly(
                        "/notifications?after=0&limit=10",
                        "/notifications?after=10&limit=10",
                        "/notifications?after=20&limit=10");
        assertThat(reads("user")).isEqualTo(3);
    }

    @Test
    void goesOnWithTheWindowAsSoonAsThePagesReachIt() {
        followApi.writeUpTo(25, 42);
        deliver(8, 25);

        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 25));
        assertThat(followApi.requests()).containsExactly("/notifications?after=0&limit=10");
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

        assertThat(after(9)).isEqualTo(new Missed(List.of(), false, true));
        assertThat(after(10).complete()).isTrue();
    }

    @Test
    void saysThatNobodyCanHaveReachedAPlaceBeyondTheLog() {
        followApi.writeUpTo(3, 42);
        deliver(0, 3);

        assertThat(after(4)).isEqualTo(new Missed(List.of(), false, true));
        assertThat(after(Long.MAX_VALUE)).isEqualTo(new Missed(List.of(), false, true));
    }

    @Test
    void believesAPlaceThatAnotherNodeHasReachedBefore() {
        followApi.writeUpTo(3, 42);
        deliver(0, 2);

        assertThat(after(3)).isEqualTo(new Missed(List.of(), true, true));
    }

    @Test
    void givesMuchInParts() {
        followApi.writeUpTo(60, 42);
        assertThat(seqs(after(0))).containsExactlyElementsOf(range(1, 10));
        assertThat(after(0).last()).isFalse();
        assertThat(after(50).last()).as("it may have been the end").isFalse();
        assertThat(after(60)).isEqualTo(new Missed(List.of(), true, true));

        deliver(0, 60);
        followApi.writeUpTo(2500, 42);
        LongStream.rangeClosed(61, 2500).forEach(seq -> Windows.append(window, followApi.event(seq)));
        assertThat(after(0).last()).isFalse();
        assertThat(allAfter(0)).containsExactlyElementsOf(range(1, 2500));
    }

    @Test
    void saysSoWhenTheLogWasTrimmedBetweenTwoParts() {
        followApi.writeUpTo(60, 42);
        assertThat(after(0).complete()).isTrue();
        followApi.trimUpTo(30);

        assertThat(after(10)).isEqualTo(new Missed(List.of(), false, true));
    }

    @Test
    void missesNothingThatIsDeliveredWhileTheLogIsRead() {
        followApi.writeUpTo(5, 42);
        deliver(5, 5);
        followApi.hold();
        CompletableFuture<Missed> answer = ask(0);
        await().until(() -> !followApi.requests().isEmpty());
        followApi.writeUpTo(8, 42);
        LongStream.rangeClosed(6, 8).forEach(seq -> Windows.append(window, followApi.event(seq)));
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
                    .hasMessageContaining(String.valueOf(status))
                    .hasMessageNotContaining(TOKEN);
        }
    }

    @Test
    void failsClearlyWhenNobodyAnswers() {
        MissedEvents alone = missedEvents("http://127.0.0.1:1", Duration.ofSeconds(20));

        assertThatThrownBy(() ->
                        alone.after(user(42), TOKEN, 0).toCompletableFuture().join())
                .hasCauseInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("http://127.0.0.1:1");
    }

    @Test
    void failsInTimeWhenFollowApiHangsAndServesTheNextOnes() {
        MissedEvents hurried = missedEvents(followApi.url(), Duration.ofMillis(300));
        followApi.hold();
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(hurried.after(user(42), TOKEN, 0).toCompletableFuture());
        }

        answers.forEach(answer -> assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LogUnavailableException.class)
                .hasMessageContaining("in time"));
        followApi.release();
        await().untilAsserted(() -> assertThat(
                        hurried.after(user(42), TOKEN, 0).toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo(new Missed(List.of(), true, true)));
    }

    @Test
    void readsForAFewUsersAtATimeAndLetsABoundedNumberWait() {
        followApi.writeUpTo(1, 42);
        followApi.hold();
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(ask(0));
        }

        await().until(() -> followApi.requests().size() == 4);
        assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(200 - 4 - 100);
        assertThat(meters.get("im.log.reads.waiting").gauge().value()).isEqualTo(100);
        followApi.release();

        await().until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        assertThat(answers.stream().filter(answer -> !answer.isCompletedExceptionally()))
                .hasSize(104)
                .allSatisfy(answer -> assertThat(seqs(answer.join())).containsExactly(1L));
        assertThat(followApi.mostAtOnce()).isLessThanOrEqualTo(4);
    }

    @Test
    void asksForManyAtOnceWhoMissedAnythingBehindTheWindow() {
        followApi.acceptToken("token of 7", 7);
        followApi.write(7, "{}");
        followApi.writeUpTo(10, 42);
        followApi.write(150, "{}");
        deliver(10, 11);
        followApi.hold();
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Missed> unused = ask(0);
        }
        await().until(() -> followApi.requests().size() == 4);

        CompletableFuture<Missed> missedSomething =
                missedEvents.after(user(7), "token of 7", 0).toCompletableFuture();
        List<CompletableFuture<Missed>> missedNothing = new ArrayList<>();
        for (long user = 100; user < 180; user++) {
            missedNothing.add(missedEvents.after(user(user), "none", 9).toCompletableFuture());
        }
        followApi.release();

        for (int i = 0; i < 80; i++) {
            assertThat(seqs(missedNothing.get(i).join()))
                    .as("what the window has")
                    .isEqualTo(i == 50 ? List.of(11L) : List.of());
        }
        assertThat(seqs(missedSomething.join())).containsExactly(1L);
        assertThat(reads("newest")).isBetween(1.0, 4.0);
        assertThat(reads("user")).isEqualTo(5);
    }

    @Test
    void readsForEachWhenFollowApiDoesNotKnowTheQuestionForMany() {
        followApi.writeUpTo(10, 42);
        deliver(10, 10);
        followApi.answerToNewestWith(404);
        followApi.hold();
        List<CompletableFuture<Missed>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(ask(8));
        }
        followApi.release();

        answers.forEach(answer -> assertThat(seqs(answer.join())).containsExactly(9L, 10L));
        assertThat(reads("user")).isEqualTo(50);
    }

    @Test
    void servesAStormOfReconnectingUsersFromTheWindow() {
        Windows.beginAfter(window, 0);
        for (long seq = 1; seq <= 100_000; seq++) {
            Windows.append(
                    window, new RoomEvent(seq % 20_000 + 1, "following notify", new byte[] {'{', '}'}, seq, 0, ""));
        }

        long before = System.nanoTime();
        for (long user = 1; user <= 20_000; user++) {
            Missed missed = missedEvents
                    .after(user(user), TOKEN, 50_000)
                    .toCompletableFuture()
                    .join();
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
                10,
                4,
                100,
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
        return missedEvents.after(user(42), TOKEN, seq).toCompletableFuture();
    }

    /** What a node has delivered whose window begins after a seq. */
    private void deliver(long floor, long last) {
        Windows.beginAfter(window, floor);
        LongStream.rangeClosed(floor + 1, last).forEach(seq -> Windows.append(window, followApi.event(seq)));
    }

    private static VerifiedUser user(long id) {
        return new VerifiedUser(id, null, null, Instant.MAX);
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
