package io.github.follownotify.follow.relay;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.zaxxer.hikari.HikariDataSource;
import io.github.follownotify.follow.notification.NotificationAppended;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.flywaydb.core.Flyway;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database with the schema, a listener on the broker, and as many relays as a test wants. */
class RelayFixture implements AutoCloseable {

    /** Long against everything that is measured, short against a build that hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final String exchange = TestServices.uniqueName("relay.test");
    final HikariDataSource database;
    final JdbcClient sql;
    final List<Received> received = new CopyOnWriteArrayList<>();
    final List<Received> heartbeats = new CopyOnWriteArrayList<>();

    private final Database schema;
    private final Connection listener;
    private final Channel channel;
    private final String queue;
    private final List<Replica> replicas = new ArrayList<>();

    RelayFixture() throws IOException, TimeoutException {
        schema = TestServices.database();
        database = new HikariDataSource();
        database.setJdbcUrl(schema.url());
        database.setUsername(schema.username());
        database.setPassword(schema.password());
        Flyway.configure().dataSource(database).load().migrate();
        sql = JdbcClient.create(database);

        listener = connectionFactory().newConnection();
        channel = listener.createChannel();
        channel.exchangeDeclare(exchange, "topic", true);
        queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, exchange, "#");
        channel.basicConsume(queue, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                Received message = received(envelope, properties, body);
                (EventPublisher.HEARTBEAT.equals(properties.getType()) ? heartbeats : received).add(message);
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
        return new RelaySettings(
                exchange,
                batchSize,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                null);
    }

    RelayLog relayLog(String owner, int batchSize) {
        return new RelayLog(database, settings(exchange, batchSize), owner);
    }

    Replica replica(String owner) {
        return replica(owner, TestServices.broker().port(), settings(exchange, 500));
    }

    /** A replica whose relay dies, as if its process were killed, when it first gets to a point. */
    Replica replicaDyingAt(FailPoint fatal) {
        Replica replica = new Replica("dying", TestServices.broker().port(), settings(exchange, 500), point -> {
            if (point == fatal) {
                throw new Killed();
            }
        });
        replicas.add(replica);
        return replica;
    }

    Replica replica(String owner, int brokerPort, RelaySettings settings) {
        Replica replica = new Replica(owner, brokerPort, settings, FailPoints.NONE);
        replicas.add(replica);
        return replica;
    }

    /** Commits a notification and returns its id. */
    long append(long recipient) {
        UUID eventId = UUID.randomUUID();
        sql.sql("""
                INSERT INTO notification (event_id, recipient_id, actor_id, event, data, traceparent, created_at)
                VALUES (?, ?, 7, 'following notify', '{"user_id":7}', NULL, ?)""")
                .params(bytes(eventId), recipient, System.currentTimeMillis())
                .update();
        return sql.sql("SELECT MAX(id) FROM notification WHERE recipient_id = ?")
                .param(recipient)
                .query(Long.class)
                .single();
    }

    void append(int count, long recipient) {
        for (int i = 0; i < count; i++) {
            append(recipient);
        }
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

    /** The numbers that readers of the log see. */
    List<Long> numbers() {
        return sql.sql("SELECT seq FROM notification WHERE seq IS NOT NULL ORDER BY seq")
                .query(Long.class)
                .list();
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
        database.close();
        schema.close();
    }

    private static Received received(Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        return new Received(envelope.getRoutingKey(), properties, new String(body, StandardCharsets.UTF_8));
    }

    private static ConnectionFactory connectionFactory() {
        Broker broker = TestServices.broker();
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(broker.host());
        factory.setPort(broker.port());
        factory.setUsername(broker.username());
        factory.setPassword(broker.password());
        return factory;
    }

    private static byte[] bytes(UUID id) {
        return java.nio.ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
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

    /** Ends the relay's thread on the spot: nothing is cleaned up, as after kill -9. */
    static final class Killed extends Error {

        private static final long serialVersionUID = 1L;
    }

    /** One process of the service, as far as the relay is concerned. */
    final class Replica {

        final RelayLog relayLog;
        final NotificationRelay relay;
        final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

        private final CachingConnectionFactory connections;

        private Replica(String owner, int brokerPort, RelaySettings settings, FailPoints failPoints) {
            connections = new CachingConnectionFactory(connectionFactory());
            connections.setPort(brokerPort);
            connections.setPublisherConfirmType(CachingConnectionFactory.ConfirmType.CORRELATED);
            connections.getRabbitConnectionFactory().setConnectionTimeout(2_000);
            connections.getRabbitConnectionFactory().setHandshakeTimeout(2_000);
            TopicExchange topic = new TopicExchange(exchange);
            relayLog = new RelayLog(database, settings, owner);
            relay = new NotificationRelay(
                    relayLog,
                    new EventPublisher(
                            new RabbitTemplate(connections), new RabbitAdmin(connections), topic, settings, failPoints),
                    new RelayMetrics(metrics, relayLog::backlog, Clock.systemUTC()),
                    settings,
                    failPoints);
        }

        Replica start() {
            relay.start();
            return this;
        }

        void wake() {
            relay.wake(new NotificationAppended());
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
