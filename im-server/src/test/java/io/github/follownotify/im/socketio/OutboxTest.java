package io.github.follownotify.im.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class OutboxTest {

    private final Outbox outbox = new Outbox(new SocketSettings.Queue(DataSize.ofBytes(1000), 10));

    @Test
    void protocolsOwnPacketsGoFirst() {
        outbox.offerLive(event(1));
        outbox.offerControl(Outbound.PING);

        assertThat(everything()).containsExactly("2", "event 1");
    }

    @Test
    void holdsLiveEventsUntilWhatWasMissedIsOut() {
        outbox.begin();
        outbox.offerLive(event(3));
        outbox.offerLive(event(4));
        assertThat(everything()).isEmpty();

        outbox.replay(events(2, 3), 1, null);

        assertThat(everything()).containsExactly("event 2", "event 3", "event 4");
    }

    @Test
    void asksForMoreWhenThePartBeforeIsTakenAndHoldsLiveEventsUntilTheLast() {
        List<String> asked = new ArrayList<>();
        outbox.begin();
        outbox.offerLive(event(5));
        outbox.replay(events(1, 2), 0, () -> asked.add("more"));
        assertThat(asked).isEmpty();

        assertThat(everything()).containsExactly("event 1", "event 2");
        assertThat(asked).containsExactly("more");
        assertThat(everything()).isEmpty();
        assertThat(asked).as("once").containsExactly("more");
        outbox.replay(events(3, 4), 2, null);

        assertThat(everything()).containsExactly("event 3", "event 4", "event 5");
    }

    @Test
    void letsNothingOutThatTheClientHas() {
        outbox.begin();
        outbox.offerLive(event(5));
        outbox.offerLive(event(6));
        outbox.offerLive(event(0));

        outbox.replay(events(), 5, null);

        assertThat(everything()).containsExactly("event 6", "event 0");
    }

    @Test
    void takesNoMorePacketsThanItMay() {
        for (int i = 1; i <= 10; i++) {
            assertThat(outbox.offerLive(event(i))).isTrue();
        }

        assertThat(outbox.offerLive(event(11))).isFalse();
    }

    @Test
    void takesNoMoreBytesThanItMay() {
        assertThat(outbox.offerLive(new Outbound(new byte[900], false, 0))).isTrue();

        assertThat(outbox.offerControl(new Outbound(new byte[100], false, 0))).isFalse();
    }

    @Test
    void takesAsMuchAsEverWhenItWasEmptied() {
        for (int i = 1; i <= 1000; i++) {
            assertThat(outbox.offerLive(event(i))).isTrue();
            everything();
        }
    }

    @Test
    void forgetsEventsButNotTheLastWords() {
        outbox.offerLive(event(1));
        outbox.peek();
        outbox.offerLive(event(2));
        outbox.offerControl(Outbound.CLOSE);
        outbox.dropEvents();
        outbox.offerLive(event(3));

        assertThat(everything()).containsExactly("1");
    }

    private List<String> everything() {
        List<String> all = new ArrayList<>();
        for (Outbound next = outbox.peek(); next != null; next = outbox.peek()) {
            all.add(new String(next.bytes(), StandardCharsets.UTF_8));
            outbox.remove();
        }
        return all;
    }

    private static Iterator<Outbound> events(long... seqs) {
        return LongStream.of(seqs).mapToObj(OutboxTest::event).iterator();
    }

    private static Outbound event(long seq) {
        return new Outbound(("event " + seq).getBytes(StandardCharsets.UTF_8), false, seq);
    }
}
