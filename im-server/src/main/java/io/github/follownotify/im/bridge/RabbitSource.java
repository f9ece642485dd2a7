package io.github.follownotify.im.bridge;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

/**
 * A fanout exchange that KombuManager publishes to, read through a queue that lives as long as the connection.
 *
 * <p>The connection is its own: a message of a size that the client library refuses ends it, and the events of the log
 * come over another one.
 */
final class RabbitSource implements Source {

    static final String NAME = "rabbitmq";

    private static final int PREFETCH = 20;

    private final ConnectionFactory connections;
    private final List<Address> addresses;
    private final String exchange;
    private final Bridge bridge;

    /** @param addresses where the broker is; none for the address that the factory itself has */
    RabbitSource(ConnectionFactory connections, List<Address> addresses, String exchange, Bridge bridge) {
        this.connections = connections;
        this.addresses = addresses;
        this.exchange = exchange;
        this.bridge = bridge;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void listen(Runnable connected) throws IOException, TimeoutException, InterruptedException {
        try (Connection connection = addresses.isEmpty()
                ? connections.newConnection("im-bridge")
                : connections.newConnection(addresses, "im-bridge")) {
            declareExchange(connection);
            Channel channel = connection.createChannel();
            channel.basicQos(PREFETCH);
            String queue = channel.queueDeclare().getQueue();
            channel.queueBind(queue, exchange, "");
            Consumer consumer = new Consumer(channel);
            channel.basicConsume(queue, false, consumer);
            connected.run();
            consumer.gone.await();
        }
    }

    /**
     * As it is, when a program of python-socketio has declared it, with whatever options; else as KombuManager would.
     */
    private void declareExchange(Connection connection) throws IOException, TimeoutException {
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclarePassive(exchange);
            return;
        } catch (IOException missing) {
            if (!connection.isOpen()) {
                throw missing;
            }
        } catch (com.rabbitmq.client.AlreadyClosedException closedByTheRefusal) {
            // closing a channel that the broker has closed
        }
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(exchange, "fanout", false);
        }
    }

    private final class Consumer extends DefaultConsumer {

        private final CountDownLatch gone = new CountDownLatch(1);

        Consumer(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                throws IOException {
            bridge.onMessage(body, NAME);
            getChannel().basicAck(envelope.getDeliveryTag(), false);
        }

        @Override
        public void handleCancel(String tag) {
            gone.countDown();
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException closed) {
            gone.countDown();
        }
    }
}
