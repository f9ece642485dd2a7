package io.github.follownotify.im.broker;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.FollowApiStandIn;
import io.github.follownotify.im.log.FollowLog;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.replay.WindowSettings;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.sequence.EventSequence;
import io.github.follownotify.im.sequence.SequenceParts;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageBuilderSupport;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The whole way from the broker to the emit, with the broker broken in every way that a hand or a network can. */
class EventFlowTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Broker broker = TestServices.broker();
    private final FollowApiStandIn followApi = new FollowApiStandIn();
    private final FaultProxy network = new FaultProxy(broker.host(), broker.port());
    private final String exchange = TestServices.uniqueName("im.events");
    private final String nodeId = TestServices.uniqueName("node");
    private final String queue = "im.node." + nodeId;
    private final String invalidQueue = exchange + ".invalid";
    private final CachingConnectionFactory connections = new CachingConnectionFactory(broker.host(), broker.port());
    private final RabbitTemplate template = new RabbitTemplate(connections);
    private final RabbitAdmin admin = new RabbitAdmin(connections);
    private final List<ConfigurableApplicationContext> nodes = new ArrayList<>();
    private final ScheduledExecutorService relay = Executors.newSingleThreadScheduledExecutor();

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

    @Test
    void emitsWhatTheBrokerBringsInOrderAndAsItCame() {
        Node node = startNode();

        for (int i = 1; i <= 200; i++) {
            publish(followApi.write(i % 3 + 1, "{\"n\": %d , \"x\":\"ä€😀\"}".formatted(i)));
        }

        node.awaitDelivered(1, 200);
        RoomEvent last = node.delivered().get(199);
        assertThat(last.userId()).isEqualTo(3);
        assertThat(last.type()).isEqualTo("following notify");
        assertThat(new String(last.json(), UTF_8)).isEqualTo("{\"n\": 200 , \"x\":\"ä€😀\"}");
        assertThat(last.createdAtMillis()).isEqualTo(1_767_225_600_123L);
        assertThat(last.id()).isEqualTo(followApi.event(200).id());
        assertThat(node.health()).isEqualTo(Status.UP);
    }

    @Test
    void beginsAtTheHeadOfTheLogAndIgnoresWhatItsQueueHoldsFromBefore() {
        Node first = startNode();
        publishUpTo(3);
        first.awaitDelivered(1, 3);
        first.stop();
        publishUpTo(6);

        Node again = startNode();
        publishUpTo(7);

        again.awaitDelivered(7, 7);
    }

    @Test
    void parksEachKindOfGarbageOnceAndGoesOn() {
        Node node = startNode();
        List<Message> garbage = new ArrayList<>();
        Map<String, Integer> reasons = new HashMap<>();
        for (String key : List.of("abc", "0", "-1", "042", "9223372036854775808", "1.2", "", "٤٢")) {
            send(key, message("{}").build(), garbage);
            reasons.merge("routing_key", 1, Integer::sum);
        }
        for (String type : List.of("", " ", "connect_error", "a\nb", "x".repeat(129))) {
            send("42", message("{}").setType(type).build(), garbage);
            reasons.merge("type", 1, Integer::sum);
        }
        for (Object seq : List.of("17", 0L, -5L, 1.5)) {
            send("42", message("{}").setHeader("seq", seq).build(), garbage);
            reasons.merge("seq", 1, Integer::sum);
        }
        for (String scalar : List.of("\"14\"", "14", "true", "null")) {
            send("42", message(scalar).build(), garbage);
            reasons.merge("scalar", 1, Integer::sum);
        }
        send("log.head", message("{}").setType("log head").setHeader("seq", "?").build(), garbage);
        reasons.merge("seq", 1, Integer::sum);
        List<byte[]> bodies = new ArrayList<>();
        for (String text :
                List.of("", "  ", "{", "{\"a\":1", "{}{}", "{'a':1}", "nope", "[".repeat(100) + "]".repeat(100))) {
            bodies.add(text.getBytes(UTF_8));
        }
        bodies.add(new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'});
        bodies.add(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
        bodies.add("{\"a\":1}".getBytes(UTF_16BE));
        bodies.add("\uFEFF{}".getBytes(UTF_8));
        for (byte[] body : bodies) {
            send("42", message(body).build(), garbage);
            reasons.merge("not_json", 1, Integer::sum);
        }
        send("42", message("\"" + "x".repeat(64 * 1024) + "\"").build(), garbage);
        reasons.merge("too_large", 1, Integer::sum);

        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(invalidQueue) == garbage.size());
        await().atMost(PATIENCE).until(() -> messagesIn(queue) == 0);
        reasons.forEach((reason, count) -> assertThat(node.meters()
                        .counter("im.events.parked", "reason", reason)
                        .count())
                .as(reason)
                .isEqualTo(count.doubleValue()));
        for (Message sent : garbage) {
            Message parked = Objects.requireNonNull(template.receive(invalidQueue));
            Map<String, Object> headers = parked.getMessageProperties().getHeaders();
            assertThat(headers.get("reason")).asString().isNotBlank();
            assertThat(headers)
                    .containsEntry("node", nodeId)
                    .containsEntry("original-exchange", exchange)
                    .containsEntry(
                            "original-routing-key", sent.getMessageProperties().getReceivedRoutingKey());
            assertThat(parked.getBody()).hasSizeLessThanOrEqualTo(64 * 1024);
        }
    }

    /** As 700 messages of 1 MB, or one of 70 MB: what waits for a node has to fit into its memory. */
    @Test
    @RealBrokerTest
    void queueHoldsABoundedNumberOfBytesWhateverOthersPublish() {
        Node first = startNode();
        first.stop();
        byte[] huge = ("\"" + "x".repeat(1024 * 1024) + "\"").getBytes(UTF_8);
        for (int i = 0; i < 60; i++) {
            template.send(exchange, "42", message(huge).build());
        }
        await().atMost(PATIENCE).until(() -> messagesIn(queue) > 0);
        assertThat(messagesIn(queue)).isLessThanOrEqualTo(32);

        Node again = startNode();
        publishUpTo(1);

        again.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(queue) == 0);
        assertThat(again.meters()
                        .counter("im.events.parked", "reason", "too_large")
                        .count())
                .isPositive();
    }

    @Test
    void floodOfGarbageDoesNotHoldUpTheEventsBehindIt() {
        Node node = startNode();
        for (int i = 0; i < 3_000; i++) {
            template.send(exchange, "nobody", message("{}").build());
        }

        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE)
                .until(() -> node.meters()
                                        .counter("im.events.parked", "reason", "routing_key")
                                        .count()
                                + node.meters()
                                        .counter("im.events.dropped", "reason", "not_parked")
                                        .count()
                        == 3_000);
    }

    @Test
    void dropsGarbageThatCannotBeParkedOnlyAfterTryingToDeclareTheQueueAgain() {
        Node node = startNode();
        admin.deleteQueue(invalidQueue);

        send("nobody", message("{}").build(), new ArrayList<>());
        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(invalidQueue) == 1);
    }

    @Test
    void startsWithoutTheBrokerAndRecoversByItself() {
        network.cut();
        followApi.hold();
        Node node = launchNode("im.events.start-wait=100ms");
        assertThat(node.health()).isEqualTo(Status.OUT_OF_SERVICE);

        followApi.release();
        network.restore();

        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(3);
        node.awaitDelivered(1, 3);
    }

    @Test
    void deliversByReadingTheLogWhileTheBrokerIsAway() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        network.cut();
        await().atMost(PATIENCE).until(() -> !node.consumes());
        for (int head = 5; head <= 20; head += 5) {
            followApi.writeUpTo(head, 42);
            node.awaitDelivered(1, head);
        }

        assertThat(node.health()).as("its clients miss nothing").isEqualTo(Status.UP);
    }

    @Test
    void isNotReadyWithoutBrokerAndLog() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        followApi.close();
        network.cut();

        await().atMost(PATIENCE).until(() -> node.health().equals(Status.OUT_OF_SERVICE));
    }

    @Test
    void losesAndRepeatsNothingWhenTheConnectionIsCutAgainAndAgain() {
        Node node = startNode();

        for (int round = 1; round <= 5; round++) {
            publishUpTo(round * 100L);
            network.cutOnce();
        }

        publishUpTo(501);
        node.awaitDelivered(1, 501);
    }

    @Test
    void noticesAConnectionThatIsDeadButOpen() {
        Node node = startNode("im.events.heartbeat=300ms", "spring.rabbitmq.requested-heartbeat=1s");
        publishUpTo(1);
        node.awaitDelivered(1, 1);

        network.stall();
        publishUpTo(3);
        node.awaitDelivered(1, 3);
        network.restore();

        await().atMost(PATIENCE).until(() -> node.health().equals(Status.UP));
        publishUpTo(4);
        node.awaitDelivered(1, 4);
    }

    @Test
    void healsWhenTheBrokerWasRestartedAndHasForgottenEverything() {
        Node node = startNode();
        publishUpTo(3);
        node.awaitDelivered(1, 3);

        TestServices.stopBroker();
        try {
            followApi.writeUpTo(10, 42);
            await().atMost(PATIENCE).until(() -> !node.consumes());
        } finally {
            TestServices.startBroker();
        }

        node.awaitDelivered(1, 10);
        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(12);
        node.awaitDelivered(1, 12);
    }

    @RealBrokerTest
    @Test
    void declaresItsQueueAgainWhenSomebodyDeletesIt() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteQueue(queue);
        publishUpTo(10);

        node.awaitDelivered(1, 10);
        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(12);
        node.awaitDelivered(1, 12);
        assertThat(node.duplicates()).as("the last two came over the new queue").isZero();
    }

    @Test
    void healsByItselfWhenSomebodyDeletesItsQueueAndTheBrokerSaysNothing() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteQueue(queue);
        publishUpTo(10);

        node.awaitDelivered(1, 10);
        awaitBrokerPathWorks(node);
    }

    @Test
    void noticesBySilenceThatSomebodyDeletedItsBinding() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        template.execute(channel -> channel.queueUnbind(queue, exchange, "#"));
        publishUpTo(5);

        node.awaitDelivered(1, 5);
        awaitBrokerPathWorks(node);
    }

    @Test
    void noticesBySilenceThatSomebodyDeletedTheExchange() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteExchange(exchange);
        followApi.writeUpTo(5, 42);

        node.awaitDelivered(1, 5);
        awaitBrokerPathWorks(node);
    }

    @Test
    void usesAQueueThatAnEarlierVersionDeclaredOtherwise() {
        admin.declareExchange(new TopicExchange(exchange));
        admin.declareQueue(QueueBuilder.durable(queue).build());

        Node node = startNode();
        publishUpTo(3);

        node.awaitDelivered(1, 3);
    }

    @RealBrokerTest
    @Test
    void recoversWhenAnExchangeOfAnotherTypeIsRemoved() {
        admin.declareExchange(new DirectExchange(exchange));
        Node node = launchNode("im.events.heartbeat=200ms");
        publishUpTo(2);
        assertThat(node.consumes()).isFalse();

        admin.deleteExchange(exchange);

        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(4);
        node.awaitDelivered(1, 4);
    }

    @Test
    void letsOnlyOneOfTwoNodesWithTheSameIdConsumeAndTheOtherTakeOver() {
        Node first = startNode();
        Node second = launchNode();
        publishUpTo(10);
        first.awaitDelivered(1, 10);
        assertThat(second.consumes()).isFalse();
        second.awaitDelivered(1, 10);

        first.stop();

        await().atMost(PATIENCE).until(second::consumes);
        publishUpTo(12);
        second.awaitDelivered(1, 12);
    }

    @Test
    void deliversLiveWithoutFollowApi() {
        Node node = startNode("im.log.follow-api-url=http://127.0.0.1:1");

        publishUpTo(3);

        node.awaitDelivered(1, 3);
        assertThat(node.health()).isEqualTo(Status.UP);
    }

    @Test
    void waitsInAGapWithoutFollowApiUntilTheRelayPublishesAgain() {
        Node node = startNode("im.log.follow-api-url=http://127.0.0.1:1");
        publishUpTo(1);
        followApi.writeUpTo(2, 42);
        publishUpTo(4);
        await().atMost(PATIENCE).until(() -> node.health().equals(Status.OUT_OF_SERVICE));
        assertThat(node.seqs()).containsExactly(1L);

        publish(followApi.event(2));
        publish(followApi.event(3));
        publish(followApi.event(4));

        node.awaitDelivered(1, 4);
        assertThat(node.health()).isEqualTo(Status.UP);
    }

    @Test
    void readsTheLogAsAService() {
        followApi.writeUpTo(1, 42);
        startNode();

        assertThat(followApi.requests().get(0)).isEqualTo("/log?after=0&limit=1");
        assertThat(followApi.serviceTokens().get(0)).contains(".");
    }

    @Test
    void stopsWithinSecondsWhileNothingAnswers() {
        network.cut();
        followApi.hold();
        Node node = launchNode("im.events.start-wait=100ms");

        long before = System.nanoTime();
        node.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        followApi.release();
    }

    /** By now everything is delivered; the next must come over the broker and not out of the log. */
    private void awaitBrokerPathWorks(Node node) {
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
    private Node startNode(String... properties) {
        Node node = launchNode(properties);
        await().atMost(PATIENCE).until(node::consumes);
        return node;
    }

    private Node launchNode(String... properties) {
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

    private void publishUpTo(long seq) {
        for (long next = followApi.head() + 1; next <= seq; next++) {
            publish(followApi.write(42, "{\"n\":" + next + "}"));
        }
    }

    /** As the relay does it, but for the confirm: what is lost here is in the log. */
    private void publish(RoomEvent event) {
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

    private void beat() {
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

    private void send(String routingKey, Message message, List<Message> sent) {
        template.send(exchange, routingKey, message);
        message.getMessageProperties().setReceivedRoutingKey(routingKey);
        sent.add(message);
    }

    private static MessageBuilderSupport<Message> message(String body) {
        return message(body.getBytes(UTF_8));
    }

    private static MessageBuilderSupport<Message> message(byte[] body) {
        return MessageBuilder.withBody(body).setType("following notify").setContentType("application/json");
    }

    private long messagesIn(String name) {
        var properties = admin.getQueueInfo(name);
        return properties == null ? -1 : properties.getMessageCount();
    }

    /** A node without sockets: it writes down what it would emit. */
    @Configuration(proxyBeanMethods = false)
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
    private record Node(ConfigurableApplicationContext context) {

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
