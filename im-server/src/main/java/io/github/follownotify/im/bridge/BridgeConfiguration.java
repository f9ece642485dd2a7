package io.github.follownotify.im.bridge;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.im.rooms.UserRooms;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.List;
import org.springframework.amqp.core.AmqpTemplate;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Puts the bridge together, if any source is on. */
@Configuration(proxyBeanMethods = false)
@Conditional(BridgeConfiguration.AnySource.class)
class BridgeConfiguration {

    private static final int MAX_INBOUND_BYTES = 4 * 1024 * 1024;

    @Bean
    Queue bridgeParkedQueue(BridgeSettings settings) {
        Queue queue = QueueBuilder.durable(settings.parkedQueue())
                .maxLength((long) settings.parkedMaxLength())
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        queue.setIgnoreDeclarationExceptions(true);
        return queue;
    }

    @Bean
    ParkedMessages parkedMessages(AmqpTemplate broker, BridgeSettings settings, MeterRegistry meters) {
        return new ParkedMessages(broker, settings.parkedQueue(), meters);
    }

    @Bean
    Bridge bridge(BridgeSettings settings, UserRooms rooms, ParkedMessages parked, MeterRegistry meters) {
        BridgeMessages messages = new BridgeMessages((int) settings.maxMessage().toBytes());
        return new Bridge(messages, rooms, parked, meters);
    }

    @Bean
    @ConditionalOnBooleanProperty("im.bridge.rabbitmq.enabled")
    SourceThread rabbitSource(
            BridgeSettings settings,
            CachingConnectionFactory connections,
            RabbitConnectionDetails details,
            Bridge bridge,
            MeterRegistry meters)
            throws URISyntaxException, GeneralSecurityException {
        BridgeSettings.RabbitMq rabbitmq = settings.rabbitmq();
        ConnectionFactory own = connections.getRabbitConnectionFactory().clone();
        List<Address> addresses = List.of();
        if (rabbitmq.uri() == null) {
            addresses = details.getAddresses().stream()
                    .map(address -> new Address(address.host(), address.port()))
                    .toList();
        } else {
            own = new ConnectionFactory();
            own.setUri(rabbitmq.uri());
            own.setRequestedHeartbeat(connections.getRabbitConnectionFactory().getRequestedHeartbeat());
            own.setConnectionTimeout(connections.getRabbitConnectionFactory().getConnectionTimeout());
        }
        own.setAutomaticRecoveryEnabled(false);
        own.setMaxInboundMessageBodySize(MAX_INBOUND_BYTES);
        return new SourceThread(new RabbitSource(own, addresses, rabbitmq.channel(), bridge), meters);
    }

    @Bean
    @ConditionalOnBooleanProperty("im.bridge.redis.enabled")
    RedisSource redisSource(BridgeSettings settings, Bridge bridge) {
        return new RedisSource(settings.redis().uri(), settings.redis().channel(), bridge);
    }

    @Bean
    @ConditionalOnBooleanProperty("im.bridge.redis.enabled")
    SourceThread redisSourceThread(RedisSource redisSource, MeterRegistry meters) {
        return new SourceThread(redisSource, meters);
    }

    /** On as soon as one source is. */
    static final class AnySource extends AnyNestedCondition {

        AnySource() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @ConditionalOnBooleanProperty("im.bridge.rabbitmq.enabled")
        static class RabbitMq {}

        @ConditionalOnBooleanProperty("im.bridge.redis.enabled")
        static class Redis {}
    }
}
