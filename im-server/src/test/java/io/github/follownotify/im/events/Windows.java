package io.github.follownotify.im.events;

import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/** Windows that tests of other packages fill. */
public final class Windows {

    private Windows() {}

    public static RecentEvents window(MeterRegistry meters) {
        return new RecentEvents(1_000_000_000, Duration.ofHours(1), System::nanoTime, meters);
    }

    public static void beginAfter(RecentEvents window, long seq) {
        window.beginAfter(seq);
    }

    public static void append(RecentEvents window, RoomEvent event) {
        window.append(event);
    }
}
