package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.EngineSettings;
import io.github.follownotify.im.engineio.QueueBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class EventQueueTest {

    private final EventQueue queue =
            new EventQueue(new QueueBudget(new EngineSettings.Queue(DataSize.ofBytes(1000), 10)));

    @Test
    void holdsLiveEventsUntilWhatWasMissedIsOut() {
        offer(3);
        offer(4);
        assertThat(everything()).isEmpty();

        queue.replay(events(2, 3), 1, null);

        assertThat(everything()).containsExactly("event 2", "event 3", "event 4");
    }

    @Test
    void asksForMoreWhenThePartBeforeIsTakenAndHoldsLiveEventsUntilTheLast() {
        List<String> asked = new ArrayList<>();
        offer(5);
        queue.replay(events(1, 2), 0, () -> asked.add("more"));
        assertThat(asked).isEmpty();

        assertThat(everything()).containsExactly("event 1", "event 2");
        assertThat(asked).containsExactly("more");
        assertThat(everything()).isEmpty();
        assertThat(asked).as("once").containsExactly("more");
        queue.replay(events(3, 4), 2, null);

        assertThat(everything()).containsExactly("event 3", "event 4", "event 5");
    }

    @Test
    void letsNothingOutThatTheClientHas() {
        offer(5);
        offer(6);
        offer(0);

        queue.replay(events(), 5, null);

        assertThat(everything()).containsExactly("event 6", "event 0");
    }

    @Test
    void attachmentsFollowTheirEventWithNothingInBetween() {
        queue.replay(events(), 0, null);
        assertThat(queue.offer(EnginePacket.text("451-[\"a\"]"), List.of(EnginePacket.binary(new byte[] {1})), 0))
                .isTrue();
        offer(1);

        assertThat(queue.isWithinMessage()).isFalse();
        assertThat(queue.peek()).isEqualTo(queue.peek());
        queue.remove();
        assertThat(queue.isWithinMessage()).isTrue();
        assertThat(queue.peek()).extracting(EnginePacket::binary).isEqualTo(true);
        queue.remove();
        assertThat(queue.isWithinMessage()).isFalse();
        assertThat(everything()).containsExactly("event 1");
    }

    @Test
    void takesNoMorePacketsThanItMay() {
        for (int i = 1; i <= 10; i++) {
            assertThat(offer(i)).isTrue();
        }

        assertThat(offer(11)).isFalse();
    }

    @Test
    void takesNoMoreBytesThanItMay() {
        assertThat(queue.offer(EnginePacket.binary(new byte[900]), 0)).isTrue();

        assertThat(queue.offer(EnginePacket.binary(new byte[100]), 0)).isFalse();
    }

    @Test
    void takesAsMuchAsEverWhenItWasEmptied() {
        queue.replay(events(), 0, null);
        for (int i = 1; i <= 1000; i++) {
            assertThat(offer(i)).isTrue();
            everything();
        }
    }

    private boolean offer(long seq) {
        EventQueue.Waiting event = waiting(seq);
        return queue.offer(event.packet(), event.seq());
    }

    private List<String> everything() {
        List<String> all = new ArrayList<>();
        for (EnginePacket next = queue.peek(); next != null; next = queue.peek()) {
            all.add(new String(next.bytes(), StandardCharsets.UTF_8));
            queue.remove();
        }
        return all;
    }

    private static Iterator<EventQueue.Waiting> events(long... seqs) {
        return LongStream.of(seqs).mapToObj(EventQueueTest::waiting).iterator();
    }

    private static EventQueue.Waiting waiting(long seq) {
        return new EventQueue.Waiting(EnginePacket.text("event " + seq), seq);
    }
}
