package io.github.follownotify.im.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.log.FollowApiStandIn;
import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.replay.WindowSettings;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.sequence.EventSequence;
import io.github.follownotify.im.sequence.SequenceParts;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageBuilderSupport;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** Runs nodes without sockets against a broker behind a proxy, and publishes as follow-api does. */
abstract class NodeOnABroker {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Broker broker = TestServices.broker();
    final FollowApiStandIn followApi = new FollowApiStandIn();
    final FaultProxy network = new FaultProxy(broker.host(), broker.port());
    final String exchange = TestServices.uniqueName("im.events");
    final String nodeId = TestServices.uniqueName("node");
    final String queue = "im.node." + nodeId;
    final String invalidQueue = exchange + ".invalid";
    final CachingConnectionFactory connections = new CachingConnectionFactory(broker.host(), broker.port());
    final RabbitTemplate template = new RabbitTemplate(connections);
    final RabbitAdmin admin = new RabbitAdmin(connections);
    final List<ConfigurableApplicationContext> nodes = new ArrayList<>();
    final ScheduledExecutorService relay = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void connect() {
        connections.setUsername(broker.username());
        connections.setPassword(broker.password());
    }

    @AfterEach
    void cleanUp() {
        relay.shutdownNow();
        nodes.forEach(ConfigurableApplicationContext::close);
        admin.deleteQueue(queue);
        admin.deleteQueue(invalidQueue);
        admin.deleteExchange(exchange);
        connections.destroy();
        network.close();
        followApi.close();
    }

    /** By now everything is delivered; the next must come over the broker and not out of the log. */
    void awaitBrokerPathWorks(Node node) {
        AtomicInteger attempts = new AtomicInteger();
        await().atMost(PATIENCE).until(() -> {
            double before = node.meters().counter("im.events.received").count();
            attempts.incrementAndGet();
            publishUpTo(followApi.head() + 1);
            node.awaitDelivered(1, followApi.head());
            return node.meters().counter("im.events.received").count() > before;
        });
    }

    /** Returns when the node hears the broker, so that a test does not see the log where it means the broker. */
    Node startNode(String... properties) {
        Node node = launchNode(properties);
        await().atMost(PATIENCE).until(node::consumes);
        return node;
    }

    Node launchNode(String... properties) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(NodeWithoutSockets.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.config.name=im-server-events-test",
                        "jwt.secret=a secret that only this test knows and nobody else",
                        "spring.rabbitmq.host=127.0.0.1",
                        "spring.rabbitmq.port=" + network.port(),
                        "spring.rabbitmq.username=" + broker.username(),
                        "spring.rabbitmq.password=" + broker.password(),
                        "follow-notify.embedded-broker=" + !broker.real(),
                        "im.log.follow-api-url=" + followApi.url(),
                        "im.events.exchange=" + exchange,
                        "im.events.heartbeat=1h",
                        "im.node-id=" + nodeId)
                .properties(properties)
                .run();
        nodes.add(context);
        return new Node(context);
    }

    void publishUpTo(long seq) {
        for (long next = followApi.head() + 1; next <= seq; next++) {
            publish(followApi.write(42, "{\"n\":" + next + "}"));
        }
    }

    /** As the relay does it, but for the confirm: what is lost here is in the log. */
    void publish(RoomEvent event) {
        Message message = message(event.json())
                .setHeader("seq", event.seq())
                .setHeader("created_at", event.createdAtMillis())
                .setMessageId(event.id())
                .build();
        try {
            template.send(exchange, String.valueOf(event.userId()), message);
        } catch (AmqpException exchangeIsGone) {
            assertThat(exchangeIsGone).isNotNull();
        }
    }

    void beat() {
        ScheduledFuture<?> unused = relay.scheduleAtFixedRate(
                () -> {
                    try {
                        template.send(
                                exchange,
                                "log.head",
                                message("{}")
                                        .setType("log head")
                                        .setHeader("seq", followApi.head())
                                        .build());
                    } catch (AmqpException exchangeIsGone) {
                        // the next one may find it again
                    }
                },
                0,
                200,
                TimeUnit.MILLISECONDS);
    }

    void send(String routingKey, Message message, List<Message> sent) {
        template.send(exchange, routingKey, message);
        message.getMessageProperties().setReceivedRoutingKey(routingKey);
        sent.add(message);
    }

    static MessageBuilderSupport<Message> message(String body) {
        return message(body.getBytes(UTF_8));
    }

    static MessageBuilderSupport<Message> message(byte[] body) {
        return MessageBuilder.withBody(body).setType("following notify").setContentType("application/json");
    }

    long messagesIn(String name) {
        var properties = admin.getQueueInfo(name);
        return properties == null ? -1 : properties.getMessageCount();
    }

    /** A node without sockets: it writes down what it would emit. Component scans pass over test configurations. */
    @TestConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableConfigurationProperties({EventSettings.class, NodeSettings.class, LogSettings.class, WindowSettings.class})
    @Import({EventConfiguration.class, EventTopology.class, RecentEvents.class, FollowLog.class, SequenceParts.class})
    static class NodeWithoutSockets {

        private final List<RoomEvent> delivered = Collections.synchronizedList(new ArrayList<>());
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

        @Bean
        MeterRegistry meterRegistry() {
            return meters;
        }

        @Bean
        EventSequence eventSequence(RecentEvents window) {
            return SequenceParts.sequence(window, delivered::add, meters);
        }
    }

    /** What a test sees of a running node. */
    record Node(ConfigurableApplicationContext context) {

        List<RoomEvent> delivered() {
            return List.copyOf(context.getBean(NodeWithoutSockets.class).delivered);
        }

        List<Long> seqs() {
            return delivered().stream().map(RoomEvent::seq).toList();
        }

        void awaitDelivered(long first, long last) {
            List<Long> expected = LongStream.rangeClosed(first, last).boxed().toList();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seqs()).containsExactlyElementsOf(expected));
        }

        Status health() {
            return context.getBean(EventsHealthIndicator.class).health().getStatus();
        }

        boolean consumes() {
            return context.getBean(EventFeed.class).isAttached();
        }

        MeterRegistry meters() {
            return context.getBean(MeterRegistry.class);
        }

        double duplicates() {
            return meters().counter("im.events.dropped", "reason", "duplicate").count();
        }

        void stop() {
            context.close();
        }
    }
}
