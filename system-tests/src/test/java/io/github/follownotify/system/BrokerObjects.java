package io.github.follownotify.system;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.TestServices;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;

/** The exchange and the queues of one installation. */
final class BrokerObjects {

    private BrokerObjects() {}

    static void delete(String exchange, int nodes) {
        Broker broker = TestServices.broker();
        CachingConnectionFactory connections = new CachingConnectionFactory(broker.host(), broker.port());
        connections.setUsername(broker.username());
        connections.setPassword(broker.password());
        try {
            RabbitAdmin admin = new RabbitAdmin(connections);
            for (int node = 0; node < nodes; node++) {
                admin.deleteQueue("im.node." + exchange + "-" + node);
            }
            admin.deleteQueue(exchange + ".invalid");
            admin.deleteExchange(exchange);
        } finally {
            connections.destroy();
        }
    }
}
