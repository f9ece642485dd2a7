package io.github.follownotify.follow.relay;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.github.follownotify.follow.TestBroker;
import io.github.follownotify.follow.notification.EventsCommitted;
import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.notification.TestLog;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database with the schema, a listener on the broker, and as many relays as a test wants. */
class RelayFixture implements AutoCloseable {

    /** Long against everything that is measured, short against a build that hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final String exchange = TestServices.uniqueName("relay.test");
    final JdbcClient sql;
    final List<Received> received = new CopyOnWriteArrayList<>();
    final List<Received> heartbeats = new CopyOnWriteArrayList<>();

    private final TestLog log = new TestLog();
    private final Connection listener;
    private final Channel channel;
    private final String queue;
    private final List<Replica> replicas = new ArrayList<>();

    RelayFixture() throws IOException, TimeoutException {
        sql = log.sql;

        listener = TestBroker.connections().newConnection();
        channel = listener.createChannel();
        channel.exchangeDeclare(exchange, "topic", true);
        queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "#");
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                Received message = received(envelope, properties, body);
                (EventMessage.HEARTBEAT.equals(properties.getType()) ? heartbeats : received).add(message);
            }
        });
    }

    static ConditionFactory eventually() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .dontCatchUncaughtExceptions();
    }

    static RelaySettings settings(String exchange, int batchSize) {
        return settings(exchange, batchSize, 10_000);
    }

    static RelaySettings settings(String exchange, int batchSize, int maximumInFlight) {
        return settings(
                exchange,
                batchSize,
                maximumInFlight,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }

    /** For tests in which nothing is overdue, even on a slow machine. */
    static RelaySettings patientSettings(String exchange, Duration heartbeat) {
        return settings(exchange, 500, 10_000, Duration.ofSeconds(9), Duration.ofMinutes(1), heartbeat);
    }

    private static RelaySettings settings(
            String exchange,
            int batchSize,
            int maximumInFlight,
            Duration confirmTimeout,
            Duration republishAfter,
            Duration heartbeat) {
        return new RelaySettings(
                exchange,
                false,
                maximumInFlight,
                batchSize,
                Duration.ofMillis(50),
                confirmTimeout,
                republishAfter,
                Duration.ofSeconds(10),
                heartbeat,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                null);
    }

    RelayTable table(String owner, int batchSize) {
        return table(owner, settings(exchange, batchSize));
    }

    RelayTable table(String owner, RelaySettings settings) {
        return new RelayTable(log.database, settings, owner);
    }

    Replica replica(String owner) {
        return replica(owner, TestServices.broker().port(), settings(exchange, 500));
    }

    Replica replica(String owner, int brokerPort, RelaySettings settings) {
        Replica replica = new Replica(owner, brokerPort, settings);
        replicas.add(replica);
        return replica;
    }

    /** Commits events as a replica does that dies before it can publish them. */
    synchronized List<LoggedEvent> append(int count, long recipient) {
        return log.append(count, recipient);
    }

    void loseEverythingAfter(long seq) {
        log.loseEverythingAfter(seq);
    }

    /** So that it does not end before the test is done with it. */
    void prolongLease() {
        sql.sql("UPDATE relay SET lease_until = lease_until + 600").update();
    }

    void expireLease() {
        sql.sql("UPDATE relay SET lease_until = 0").update();
    }

    /** Lets the listener hear again what is published, or hear nothing any more. */
    void listen(boolean on) throws IOException {
        if (on) {
            channel.queueBind(queue, exchange, "#");
        } else {
            channel.queueUnbind(queue, exchange, "#");
        }
    }

    /** Another queue for a recipient's events; it refuses what has no room in it. */
    String declareSmallQueue(int length, long recipient) throws IOException {
        Map<String, Object> refusing = Map.of("x-max-length", length, "x-overflow", "reject-publish");
        String small = channel.queueDeclare("", false, true, true, refusing).getQueue();
        channel.queueBind(small, exchange, Long.toString(recipient));
        return small;
    }

    /** Empties a queue and keeps it empty. */
    void consume(String from, List<Received> into) throws IOException {
        channel.basicConsume(from, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                into.add(received(envelope, properties, body));
            }
        });
    }

    void deleteExchange() throws IOException {
        channel.exchangeDelete(exchange);
    }

    long confirmedSeq() {
        return sql.sql("SELECT confirmed_seq FROM relay").query(Long.class).single();
    }

    List<Long> seqs() {
        return received.stream().map(Received::seq).toList();
    }

    /** What a node would deliver: it drops a number it has seen. */
    List<Long> seqsWithoutRepeats() {
        List<Long> seqs = new ArrayList<>();
        for (long seq : seqs()) {
            if (seqs.isEmpty() || seq > seqs.get(seqs.size() - 1)) {
                seqs.add(seq);
            }
        }
        return seqs;
    }

    @Override
    public void close() throws IOException {
        replicas.forEach(Replica::close);
        channel.exchangeDelete(exchange);
        listener.close();
        log.close();
    }

    private static Received received(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        return new Received(envelope.getRoutingKey(), properties, new String(body, StandardCharsets.UTF_8));
    }

    record Received(String routingKey, AMQP.BasicProperties properties, String body) {

        long seq() {
            return ((Number) header("seq")).longValue();
        }

        Object header(String name) {
            Map<String, Object> headers = properties.getHeaders();
            return headers.getOrDefault(name, "absent");
        }
    }

    /** One process of the service, as far as the relay is concerned. */
    final class Replica {

        final NotificationRelay relay;
        final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

        private final CachingConnectionFactory connections;

        private Replica(String owner, int brokerPort, RelaySettings settings) {
            connections = new CachingConnectionFactory(TestBroker.connections());
            connections.setPort(brokerPort);
            connections.getRabbitConnectionFactory().setConnectionTimeout(10_000);
            connections.getRabbitConnectionFactory().setHandshakeTimeout(10_000);
            RelayTable table = new RelayTable(log.database, settings, owner);
            RelayMetrics relayMetrics = new RelayMetrics(metrics, table::backlog, Clock.systemUTC());
            Confirms confirms = new Confirms(settings, relayMetrics);
            relay = new NotificationRelay(
                    table,
                    new EventPublisher(connections, settings, relayMetrics, confirms, FailPoints.NONE),
                    confirms,
                    relayMetrics,
                    settings,
                    FailPoints.NONE);
        }

        Replica start() {
            relay.start();
            return this;
        }

        /** Commits events and hands them to the relay, as the log's writer does. */
        List<LoggedEvent> commit(int count, long recipient) {
            synchronized (RelayFixture.this) {
                List<LoggedEvent> events = append(count, recipient);
                relay.publish(new EventsCommitted(events));
                return events;
            }
        }

        double failures(String reason) {
            return metrics.counter("follow.relay.failures", "reason", reason).count();
        }

        void close() {
            relay.stop();
            connections.destroy();
        }
    }
}
