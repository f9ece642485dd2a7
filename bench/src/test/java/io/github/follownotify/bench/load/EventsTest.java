package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class EventsTest {

    @Test
    void readsTheFollowerAndTheOffset() {
        ByteBuf packet =
                packet("42[\"following notify\",{\"id\":\"7e0c\",\"user_id\":1234567890123,\"timestamp\":1},\"42\"]");

        assertThat(Events.userId(packet)).isEqualTo(1_234_567_890_123L);
        assertThat(Events.offset(packet)).isEqualTo(42);
    }

    @Test
    void readsTheNumberOfAnOffsetThatNamesItsEvent() {
        assertThat(Events.offset(packet("42[\"following notify\",{\"user_id\":7},\"17.5f3a9c01\"]")))
                .isEqualTo(17);
    }

    @Test
    void anEventThatIsNotInTheLogHasNoOffset() {
        ByteBuf packet = packet("42[\"following notify\",{\"user_id\": 7,\"user_name\":\"9\"}]");

        assertThat(Events.userId(packet)).isEqualTo(7);
        assertThat(Events.offset(packet)).isEqualTo(Events.NONE);
    }

    @Test
    void otherEventsAreNobodysFollow() {
        assertThat(Events.userId(packet("42[\"token expiring\",{\"user_id\":7}]")))
                .isEqualTo(Events.NONE);
    }

    private static ByteBuf packet(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(UTF_8));
    }
}
