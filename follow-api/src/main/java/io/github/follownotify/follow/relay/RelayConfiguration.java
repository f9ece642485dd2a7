package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.database.ReplicaName;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RelayConfiguration {

    @Bean
    RelayTable relayTable(DataSource database, RelaySettings settings, ReplicaName replica) {
        return new RelayTable(database, settings, replica.toString());
    }

    @Bean
    RelayMetrics relayMetrics(MeterRegistry registry, RelayTable table, Clock clock) {
        return new RelayMetrics(registry, table::backlog, clock);
    }

    @Bean
    NotificationRelay notificationRelay(
            RelayTable table, ConnectionFactory connections, RelayMetrics metrics, RelaySettings settings) {
        FailPoints failPoints = FailPoints.haltingAt(settings.failPoint());
        Confirms confirms = new Confirms(settings, metrics);
        EventPublisher publisher = new EventPublisher(connections, settings, metrics, confirms, failPoints);
        return new NotificationRelay(table, publisher, confirms, metrics, settings, failPoints);
    }
}
