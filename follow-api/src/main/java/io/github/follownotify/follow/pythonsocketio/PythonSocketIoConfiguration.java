package io.github.follownotify.follow.pythonsocketio;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.follow.database.ReplicaName;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One forwarder for each destination that is on. */
@Configuration(proxyBeanMethods = false)
class PythonSocketIoConfiguration {

    @Bean
    @ConditionalOnBooleanProperty("follow.python-socketio.rabbitmq.enabled")
    RabbitDestination rabbitDestination(
            PythonSocketIoSettings settings, CachingConnectionFactory connections, RabbitConnectionDetails details)
            throws URISyntaxException, GeneralSecurityException {
        PythonSocketIoSettings.RabbitMq rabbitmq = settings.rabbitmq();
        ConnectionFactory common = connections.getRabbitConnectionFactory();
        ConnectionFactory own = common.clone();
        List<Address> addresses = List.of();
        if (rabbitmq.uri() == null) {
            addresses = details.getAddresses().stream()
                    .map(address -> new Address(address.host(), address.port()))
                    .toList();
        } else {
            own = new ConnectionFactory();
            own.setUri(rabbitmq.uri());
            own.setRequestedHeartbeat(common.getRequestedHeartbeat());
            own.setConnectionTimeout(common.getConnectionTimeout());
        }
        own.setAutomaticRecoveryEnabled(false);
        return new RabbitDestination(own, addresses, rabbitmq.channel());
    }

    @Bean
    @ConditionalOnBooleanProperty("follow.python-socketio.rabbitmq.enabled")
    LogForwarder rabbitForwarder(
            RabbitDestination destination,
            PythonSocketIoSettings settings,
            DataSource database,
            ReplicaName replica,
            MeterRegistry meters) {
        return forwarder(destination, settings, database, replica, meters);
    }

    @Bean
    @ConditionalOnBooleanProperty("follow.python-socketio.redis.enabled")
    RedisDestination redisDestination(PythonSocketIoSettings settings) {
        return new RedisDestination(settings.redis().uri(), settings.redis().channel());
    }

    @Bean
    @ConditionalOnBooleanProperty("follow.python-socketio.redis.enabled")
    LogForwarder redisForwarder(
            RedisDestination destination,
            PythonSocketIoSettings settings,
            DataSource database,
            ReplicaName replica,
            MeterRegistry meters) {
        return forwarder(destination, settings, database, replica, meters);
    }

    private static LogForwarder forwarder(
            Destination destination,
            PythonSocketIoSettings settings,
            DataSource database,
            ReplicaName replica,
            MeterRegistry meters) {
        return new LogForwarder(
                new DestinationTable(database, destination.name(), replica.toString()),
                destination,
                settings.roomType(),
                new DestinationMetrics(meters, destination.name()));
    }
}
