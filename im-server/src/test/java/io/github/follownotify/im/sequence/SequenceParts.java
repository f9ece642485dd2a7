package io.github.follownotify.im.sequence;

import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.function.Consumer;
import org.springframework.context.annotation.Import;

/** What tests of other packages need to run a node without rooms. */
@Import(SequenceConfiguration.class)
public final class SequenceParts {

    public static EventSequence sequence(RecentEvents window, Consumer<RoomEvent> emit, SimpleMeterRegistry meters) {
        return SequenceFixture.sequence(window, emit, () -> {}, () -> {}, meters);
    }
}
