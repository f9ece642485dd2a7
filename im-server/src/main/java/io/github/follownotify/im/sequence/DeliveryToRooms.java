package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.UserRooms;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Delivers this node's events to the rooms of its users. */
@Configuration(proxyBeanMethods = false)
class DeliveryToRooms {

    private static final String RESYNC_NEEDED = "resync needed";

    @Bean
    EventSequence eventSequence(RecentEvents window, UserRooms rooms, LogSettings settings, MeterRegistry meters) {
        byte[] reason = "{\"reason\":\"events_lost\"}".getBytes(StandardCharsets.UTF_8);
        SequenceMetrics metrics = new SequenceMetrics(meters);
        EventOutlet outlet =
                new EventOutlet(rooms::emit, () -> rooms.emitToAll(RESYNC_NEEDED, reason), rooms::endAll, metrics);
        return new EventSequence(window, outlet, settings.gapHold(), metrics);
    }
}
