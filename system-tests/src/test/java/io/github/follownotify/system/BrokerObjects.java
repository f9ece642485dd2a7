package io.github.follownotify.system;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.TestServices;
import java.util.function.Function;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** The exchange and the queues of one installation. */
final class BrokerObjects {

    private BrokerObjects() {}

    static void delete(String exchange, int nodes) {
        withAdmin(admin -> {
            for (int node = 0; node < nodes; node++) {
                admin.deleteQueue("im.node." + exchange + "-" + node);
            }
            admin.deleteQueue(exchange + ".invalid");
            admin.deleteExchange(exchange);
            return true;
        });
    }

    /** What python-socketio and the bridge have declared for a channel. */
    static void deleteBridge(String channel) {
        withAdmin(admin -> {
            admin.deleteExchange(channel);
            return admin.deleteQueue(channel + ".parked");
        });
    }

    /** With it everything that was bound to it: as if those queues were gone. */
    static void deleteExchange(String exchange) {
        withAdmin(admin -> admin.deleteExchange(exchange));
    }

    static long messagesIn(String queue) {
        return withAdmin(admin -> {
            QueueInformation information = admin.getQueueInfo(queue);
            return information == null ? 0L : information.getMessageCount();
        });
    }

    static void publish(String exchange, String routingKey, Message message, int times) {
        withConnections(connections -> {
            RabbitTemplate template = new RabbitTemplate(connections);
            for (int i = 0; i < times; i++) {
                template.send(exchange, routingKey, message);
            }
            return true;
        });
    }

    private static <T> T withAdmin(Function<RabbitAdmin, T> work) {
        return withConnections(connections -> work.apply(new RabbitAdmin(connections)));
    }

    private static <T> T withConnections(Function<ConnectionFactory, T> work) {
        Broker broker = TestServices.broker();
        CachingConnectionFactory connections = new CachingConnectionFactory(broker.host(), broker.port());
        connections.setUsername(broker.username());
        connections.setPassword(broker.password());
        try {
            return work.apply(connections);
        } finally {
            connections.destroy();
        }
    }
}
