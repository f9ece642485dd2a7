package io.github.follownotify.im.events;

import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where the events of this node end. */
@Configuration(proxyBeanMethods = false)
class DeliveryToRooms {

    private static final Logger log = LoggerFactory.getLogger(DeliveryToRooms.class);

    @Bean
    EventSequence eventSequence(RecentEvents window, MeterRegistry meters) {
        return new EventSequence(
                window,
                event -> log.debug("event=nobody_here user={} seq={}", event.userId(), event.seq()),
                () -> log.debug("event=nobody_to_resync"),
                meters);
    }
}
