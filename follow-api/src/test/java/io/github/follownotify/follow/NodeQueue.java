package io.github.follownotify.follow;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/** A queue as each node has one, and every event that came into it, repeats included. */
final class NodeQueue implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Connection connection;
    private final List<Event> events = new ArrayList<>();

    NodeQueue(String exchange) throws IOException, TimeoutException {
        connection = TestBroker.connections().newConnection();
        Channel channel = connection.createChannel();
        channel.exchangeDeclare(exchange, "topic", true);
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "#");
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                if ("following notify".equals(properties.getType())) {
                    add(new Event(
                            ((Number) properties.getHeaders().getOrDefault("seq", 0)).longValue(),
                            properties.getMessageId(),
                            Long.parseLong(envelope.getRoutingKey()),
                            JSON.readTree(body).get("user_id").asLong()));
                }
            }
        });
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    /** What a node would deliver: in the order of the numbers, each once. */
    List<Event> inOrderWithoutRepeats() {
        Map<Long, Event> bySeq = new TreeMap<>();
        events().forEach(event -> bySeq.putIfAbsent(event.seq(), event));
        return List.copyOf(bySeq.values());
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private synchronized void add(Event event) {
        events.add(event);
    }

    record Event(long seq, String id, long recipient, long follower) {}
}
