package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.replay.RecentEvents;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Beans that read the log for this node. The sequence delivers to the rooms through {@link DeliveryToRooms}. */
@Configuration(proxyBeanMethods = false)
class SequenceConfiguration {

    @Bean
    CatchUp catchUp(
            EventSequence sequence,
            RecentEvents window,
            FollowLog followLog,
            LogSettings settings,
            MeterRegistry meters) {
        return new CatchUp(
                sequence, window, followLog::everyonesAfter, settings.pageSize(), settings.retryMax(), meters);
    }

    @Bean
    HistoryCheck historyCheck(EventSequence sequence, CatchUp catchUp) {
        return new HistoryCheck(sequence, catchUp);
    }

    @Bean
    WindowRefill windowRefill(
            EventSequence sequence,
            RecentEvents window,
            FollowLog followLog,
            LogSettings settings,
            ObjectProvider<Clock> clock,
            MeterRegistry meters) {
        return new WindowRefill(
                sequence,
                window,
                followLog::everyonesAfter,
                settings.pageSize(),
                settings.retryMax(),
                clock.getIfAvailable(Clock::systemUTC),
                meters);
    }
}
