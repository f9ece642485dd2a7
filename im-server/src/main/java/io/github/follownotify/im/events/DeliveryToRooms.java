package io.github.follownotify.im.events;

import io.github.follownotify.im.rooms.UserRooms;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where the events of this node end: in the rooms of its users. */
@Configuration(proxyBeanMethods = false)
class DeliveryToRooms {

    private static final String RESYNC_NEEDED = "resync needed";

    @Bean
    EventSequence eventSequence(RecentEvents window, UserRooms rooms, MeterRegistry meters) {
        byte[] reason = "{\"reason\":\"events_lost\"}".getBytes(StandardCharsets.UTF_8);
        return new EventSequence(
                window, rooms::emit, () -> rooms.emitToAll(RESYNC_NEEDED, reason), rooms::endAll, meters);
    }
}
