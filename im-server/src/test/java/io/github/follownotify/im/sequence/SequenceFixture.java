package io.github.follownotify.im.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;

/** A sequence between a broker that the test plays and a log that it writes. */
abstract class SequenceFixture {

    static final int PAGE = 10;
    private static final Duration HOLD = Duration.ofMillis(50);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final WritableLog log = new WritableLog();
    final RecentEvents window = new RecentEvents(1_000_000_000, Duration.ofHours(1), System::nanoTime, meters);
    final List<RoomEvent> delivered = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger resyncs = new AtomicInteger();
    final AtomicInteger disconnects = new AtomicInteger();
    final EventSequence sequence =
            sequence(window, delivered::add, resyncs::incrementAndGet, disconnects::incrementAndGet, hold(), meters);
    final CatchUp catchUp = new CatchUp(sequence, window, log, PAGE, Duration.ofMillis(20), meters);

    /** How long a seq may be missing before the log is read. */
    Duration hold() {
        return HOLD;
    }

    static EventSequence sequence(
            RecentEvents window,
            Consumer<RoomEvent> emit,
            Runnable resyncAll,
            Runnable disconnectAll,
            SimpleMeterRegistry meters) {
        return sequence(window, emit, resyncAll, disconnectAll, HOLD, meters);
    }

    private static EventSequence sequence(
            RecentEvents window,
            Consumer<RoomEvent> emit,
            Runnable resyncAll,
            Runnable disconnectAll,
            Duration hold,
            SimpleMeterRegistry meters) {
        SequenceMetrics metrics = new SequenceMetrics(meters);
        return new EventSequence(window, new EventOutlet(emit, resyncAll, disconnectAll, metrics), hold, metrics);
    }

    @AfterEach
    void stop() throws InterruptedException {
        catchUp.stop();
    }

    void heartbeat(long head, long overdue) {
        sequence.onHeartbeat(LogOffset.unchecked(head), overdue);
    }

    void startAt(long head) {
        log.writeUpTo(head);
        heartbeat(head, head);
        sequence.openGate(true);
    }

    void broker(long... seqs) {
        for (long seq : seqs) {
            log.writeUpTo(seq);
            sequence.onEvent(log.get(seq));
        }
    }

    void awaitDelivered(long last) {
        await().untilAsserted(() -> assertThat(sequence.delivered()).isEqualTo(last));
        await().until(() -> sequence.state().cause() == null);
        assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }

    List<Long> seqs() {
        return delivered.stream().map(RoomEvent::seq).toList();
    }

    double gaps(String result) {
        return meters.counter("im.events.gaps", "result", result).count();
    }

    double dropped(String reason) {
        return meters.counter("im.events.dropped", "reason", reason).count();
    }
}
