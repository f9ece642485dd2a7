package io.github.follownotify.follow.relay;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.ExchangeBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class RelayConfiguration {

    private static final int LONGEST_HOST_NAME = 60;

    /** Declared on each new connection to the broker. */
    @Bean
    TopicExchange eventsExchange(RelaySettings settings) {
        return ExchangeBuilder.topicExchange(settings.exchange()).durable(true).build();
    }

    @Bean
    RelayLog relayLog(DataSource database, RelaySettings settings) {
        return new RelayLog(database, settings, owner());
    }

    @Bean
    RelayMetrics relayMetrics(MeterRegistry registry, RelayLog relayLog, Clock clock) {
        return new RelayMetrics(registry, relayLog::backlog, clock);
    }

    /** With a template of its own: options set for the shared one, such as mandatory messages, must not reach the relay. */
    @Bean
    NotificationRelay notificationRelay(
            RelayLog relayLog,
            ConnectionFactory connections,
            AmqpAdmin admin,
            TopicExchange eventsExchange,
            RelayMetrics metrics,
            RelaySettings settings) {
        if (!connections.isPublisherConfirms()) {
            throw new UnsafeBrokerSettingsException(
                    "without correlated publisher confirms nobody knows whether RabbitMQ took an event",
                    "Set spring.rabbitmq.publisher-confirm-type=correlated.");
        }
        FailPoints failPoints = FailPoints.haltingAt(settings.failPoint());
        EventPublisher publisher =
                new EventPublisher(new RabbitTemplate(connections), admin, eventsExchange, settings, failPoints);
        return new NotificationRelay(relayLog, publisher, metrics, settings, failPoints);
    }

    /** The host is for whoever reads the table; the rest makes a restarted process another owner. */
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
