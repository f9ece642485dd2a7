package io.github.follownotify.follow.pythonsocketio;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.TestServices;
import java.util.List;

/** Publishing to KombuManager's exchange, with a queue bound to it as its servers bind theirs. */
class RabbitForwarderTest extends ForwarderTest {

    private final Broker broker = TestServices.broker();
    private final String exchange = TestServices.uniqueName("socketio");
    private final Connection listener;
    private final Channel channel;
    private String queue = "";

    RabbitForwarderTest() throws Exception {
        listener = factory(broker.port()).newConnection();
        channel = listener.createChannel();
    }

    @Override
    String host() {
        return broker.host();
    }

    @Override
    int port() {
        return broker.port();
    }

    @Override
    Destination destination(int port) {
        ConnectionFactory factory = factory(port);
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(10_000);
        factory.setHandshakeTimeout(10_000);
        return new RabbitDestination(factory, List.of(), exchange);
    }

    @Override
    void listen(boolean on) throws Exception {
        if (on) {
            channel.exchangeDeclare(exchange, "fanout", false);
            queue = channel.queueDeclare().getQueue();
            channel.basicConsume(queue, true, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                    heard(body);
                }
            });
            channel.queueBind(queue, exchange, "");
        } else {
            channel.queueUnbind(queue, exchange, "");
        }
    }

    @Override
    void closeListener() throws Exception {
        channel.exchangeDelete(exchange);
        listener.close();
    }

    private ConnectionFactory factory(int port) {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(port == broker.port() ? broker.host() : "127.0.0.1");
        factory.setPort(port);
        factory.setUsername(broker.username());
        factory.setPassword(broker.password());
        return factory;
    }
}
