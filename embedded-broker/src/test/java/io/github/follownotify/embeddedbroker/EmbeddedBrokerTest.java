package io.github.follownotify.embeddedbroker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {

    private Set<Thread> threadsBefore;
    private EmbeddedBroker broker;

    @BeforeEach
    void start() {
        threadsBefore = nonDaemonThreads();
        broker = EmbeddedBroker.start();
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void confirmsWhatIsPublishedAndDeliversItByRoutingKey() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare("events", "topic", true);
            channel.queueDeclare("all", true, false, false, null);
            channel.queueDeclare("other", true, false, false, null);
            channel.queueBind("all", "events", "#");
            channel.queueBind("other", "events", "43");
            channel.confirmSelect();

            channel.basicPublish("events", "42", MessageProperties.PERSISTENT_BASIC, "hello".getBytes(UTF_8));

            channel.waitForConfirmsOrDie(10_000);
            assertThat(channel.basicGet("all", true)).satisfies(message -> {
                assertThat(message.getBody()).asString(UTF_8).isEqualTo("hello");
                assertThat(message.getEnvelope().getRoutingKey()).isEqualTo("42");
            });
            assertThat(channel.basicGet("other", true)).isNull();
        }
    }

    @Test
    void confirmsAnEventThatNoQueueTakes() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.exchangeDeclare("events", "topic", true);
            channel.confirmSelect();

            channel.basicPublish("events", "42", null, "hello".getBytes(UTF_8));

            assertThat(channel.waitForConfirms(10_000)).isTrue();
        }
    }

    @Test
    void neverRedeliversWhatAConsumerRejectsFromAQueueWithForeignArguments() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            Map<String, Object> arguments = Map.of("x-queue-type", "classic", "x-expires", 60_000, "x-max-length", 10);
            channel.queueDeclare("queue", true, false, false, arguments);
            AtomicInteger deliveries = new AtomicInteger();
            channel.basicConsume("queue", false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                        String consumerTag, Envelope envelope, BasicProperties properties, byte[] body)
                        throws IOException {
                    deliveries.incrementAndGet();
                    channel.basicReject(envelope.getDeliveryTag(), false);
                }
            });

            channel.basicPublish("", "queue", null, "bad".getBytes(UTF_8));

            await().untilAtomic(deliveries, is(1));
            await().during(Duration.ofSeconds(1)).until(() -> deliveries.get() == 1);
        }
    }

    @Test
    void keepsWhatAConsumerRequeues() throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("queue", true, false, false, null);
            channel.basicPublish("", "queue", null, "again".getBytes(UTF_8));
            GetResponse first = await().until(() -> channel.basicGet("queue", false), message -> message != null);

            channel.basicReject(first.getEnvelope().getDeliveryTag(), true);

            GetResponse second = await().until(() -> channel.basicGet("queue", true), message -> message != null);
            assertThat(second.getBody()).asString(UTF_8).isEqualTo("again");
        }
    }

    @Test
    void startsEmptyOnTheSamePortAfterItWasTakenAway() throws Exception {
        int port = broker.port();
        Connection cut = connect();
        broker.close();
        await().until(() -> !cut.isOpen());

        broker = EmbeddedBroker.start(port);

        assertThat(broker.port()).isEqualTo(port);
        try (Connection connection = connect()) {
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void namesThePortThatIsTaken() {
        assertThatThrownBy(() -> EmbeddedBroker.start(broker.port()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The embedded broker cannot start: port %s is taken.", broker.port());
    }

    @Test
    void refusesAWrongPassword() {
        ConnectionFactory factory = factory();
        factory.setPassword("wrong");

        assertThatThrownBy(factory::newConnection).isInstanceOf(IOException.class);
    }

    @Test
    void listensOnTheLoopbackAddressOnly() throws Exception {
        for (var networkInterface : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (var address : Collections.list(networkInterface.getInetAddresses())) {
                if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                    ConnectionFactory factory = factory();
                    factory.setHost(address.getHostAddress());
                    factory.setConnectionTimeout(2_000);
                    assertThatThrownBy(factory::newConnection)
                            .isInstanceOfAny(ConnectException.class, SocketTimeoutException.class);
                }
            }
        }
    }

    @Test
    void leavesNeitherThreadsNorFilesBehind() throws Exception {
        broker.close();
        broker.close();

        await().pollInSameThread()
                .untilAsserted(() -> assertThat(nonDaemonThreads()).isSubsetOf(threadsBefore));
        assertThat(Files.exists(Path.of("work"))).isFalse();
    }

    private static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }

    private Connection connect() throws Exception {
        return factory().newConnection();
    }

    private ConnectionFactory factory() {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(EmbeddedBroker.HOST);
        factory.setPort(broker.port());
        factory.setUsername(EmbeddedBroker.USERNAME);
        factory.setPassword(EmbeddedBroker.PASSWORD);
        factory.setAutomaticRecoveryEnabled(false);
        return factory;
    }
}
