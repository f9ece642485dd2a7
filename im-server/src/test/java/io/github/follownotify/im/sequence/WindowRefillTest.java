package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowRefillTest {

    private static final Clock AT_THE_EVENTS_TIME = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WritableLog log = new WritableLog();
    private final RecentEvents window = new RecentEvents(1_000_000_000, Duration.ofHours(1), System::nanoTime, meters);
    private final EventSequence sequence = SequenceFixture.sequence(window, event -> {}, () -> {}, () -> {}, meters);
    private final WindowRefill refill =
            new WindowRefill(sequence, window, log, 10, Duration.ofMillis(50), AT_THE_EVENTS_TIME, meters);

    @AfterEach
    void stop() throws InterruptedException {
        refill.stop();
    }

    @Test
    void readsTheLogBackPageByPageOnceItsEndIsKnown() throws InterruptedException {
        log.writeUpTo(35);
        refill.start();
        sequence.onHeartbeat(log.get(35).offset(), 35);

        refill.await(TimeUnit.SECONDS.toNanos(10));

        assertThat(seqs(1, 0)).containsExactly(1L, 8L, 15L, 22L, 29L);
        assertThat(meters.counter("im.log.reads", "source", "refill").count()).isEqualTo(4);
    }

    @Test
    void livesWithNumbersWhoseEventsWereRemoved() throws InterruptedException {
        log.writeUpTo(35);
        LongStream.of(24, 25, 26, 35).forEach(log::erase);
        refill.start();
        sequence.onHeartbeat(LogOffset.unchecked(35), 35);

        refill.await(TimeUnit.SECONDS.toNanos(10));

        assertThat(window.size()).isEqualTo(31);
        assertThat(seqs(3, 0)).containsExactly(3L, 10L, 17L, 31L);
    }

    @Test
    void goesOnBesideLiveEventsAndHoldsNobodyUpWhileTheLogDoesNotAnswer() throws InterruptedException {
        log.writeUpTo(35);
        log.failNext(3);
        refill.start();
        sequence.onHeartbeat(log.get(35).offset(), 35);
        refill.await(TimeUnit.SECONDS.toNanos(10));
        sequence.onEvent(log.write(1));

        await().until(() -> window.size() == 36);
        assertThat(seqs(1, 0)).containsExactly(1L, 8L, 15L, 22L, 29L, 36L);
    }

    private List<Long> seqs(long user, long after) {
        return window.after(user, after, 100).orElseThrow().stream()
                .map(RoomEvent::seq)
                .toList();
    }
}
