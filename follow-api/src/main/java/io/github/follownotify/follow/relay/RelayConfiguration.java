package io.github.follownotify.follow.relay;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RelayConfiguration {

    private static final int LONGEST_HOST_NAME = 60;

    @Bean
    RelayTable relayTable(DataSource database, RelaySettings settings) {
        return new RelayTable(database, settings, owner());
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

    /** The host helps whoever reads the table; the rest makes a restarted process a different owner. */
    private static String owner() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "unknown";
        }
        return host.substring(0, Math.min(host.length(), LONGEST_HOST_NAME)) + "/" + UUID.randomUUID();
    }
}
