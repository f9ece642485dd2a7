package io.github.follownotify.follow.pythonsocketio;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fanout exchange that KombuManager's queues are bound to. Messages are mandatory: the broker returns one that no
 * queue takes, before it confirms it.
 */
final class RabbitDestination implements Destination, AutoCloseable {

    static final String NAME = "rabbitmq";

    private static final long CONFIRM_TIMEOUT_MILLIS = 5_000;
    private static final int CLOSE_TIMEOUT_MILLIS = 1_000;

    private final ConnectionFactory connections;
    private final List<Address> addresses;
    private final String exchange;

    private @Nullable Connection connection;
    private @Nullable Channel channel;

    // Written by the connection's thread.
    private final Set<String> returned = ConcurrentHashMap.newKeySet();
    private final AtomicLong firstNacked = new AtomicLong(Long.MAX_VALUE);

    /** @param addresses where the broker is; none for the address that the factory itself has */
    RabbitDestination(ConnectionFactory connections, List<Address> addresses, String exchange) {
        this.connections = connections;
        this.addresses = addresses;
        this.exchange = exchange;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int publish(List<EmitMessage> messages, BooleanSupplier mayGoOn)
            throws IOException, TimeoutException, InterruptedException {
        Channel open = channel();
        returned.clear();
        firstNacked.set(Long.MAX_VALUE);
        long firstTag = open.getNextPublishSeqNo();
        int sent = 0;
        while (sent < messages.size() && mayGoOn.getAsBoolean()) {
            EmitMessage message = messages.get(sent);
            open.basicPublish(exchange, "", true, properties(message), message.json());
            sent++;
        }
        open.waitForConfirms(CONFIRM_TIMEOUT_MILLIS);
        int taken = 0;
        while (taken < sent
                && firstTag + taken < firstNacked.get()
                && !returned.contains(messages.get(taken).id())) {
            taken++;
        }
        return taken;
    }

    @Override
    public void disconnect() {
        Connection open = connection;
        connection = null;
        channel = null;
        if (open != null) {
            open.abort(CLOSE_TIMEOUT_MILLIS);
        }
    }

    @Override
    public void close() {
        disconnect();
    }

    /** As kombu describes a text: then its consumers hand it on as it is. */
    private static BasicProperties properties(EmitMessage message) {
        return new BasicProperties.Builder()
                .contentType("text/plain")
                .contentEncoding("utf-8")
                .messageId(message.id())
                .build();
    }

    private Channel channel() throws IOException, TimeoutException {
        Channel open = channel;
        if (open != null && open.isOpen()) {
            return open;
        }
        disconnect();
        Connection opened = addresses.isEmpty()
                ? connections.newConnection("follow-python-socketio")
                : connections.newConnection(addresses, "follow-python-socketio");
        connection = opened;
        declareExchange(opened);
        open = opened.createChannel();
        if (open == null) {
            throw new IOException("the broker allows no channel on this connection");
        }
        open.confirmSelect();
        open.addConfirmListener(
                (tag, multiple) -> {}, (tag, multiple) -> firstNacked.accumulateAndGet(multiple ? 0 : tag, Math::min));
        open.addReturnListener(message -> returned.add(message.getProperties().getMessageId()));
        channel = open;
        return open;
    }

    /** As it is, when a python-socketio server has declared it, with whatever options; else as KombuManager would. */
    private void declareExchange(Connection opened) throws IOException, TimeoutException {
        try (Channel passive = opened.createChannel()) {
            passive.exchangeDeclarePassive(exchange);
            return;
        } catch (IOException missing) {
            if (!opened.isOpen()) {
                throw missing;
            }
        } catch (AlreadyClosedException closedByTheRefusal) {
            // closing a channel that the broker has closed
        }
        try (Channel active = opened.createChannel()) {
            active.exchangeDeclare(exchange, "fanout", false);
        }
    }
}
