package io.github.follownotify.bench.ceiling;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.testservices.TestServices;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

class RawBrokerTest {

    private static Connection broker;

    @BeforeAll
    static void connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(TestServices.broker().uri());
        factory.setHandshakeTimeout(60_000);
        broker = factory.newConnection();
    }

    @AfterAll
    static void disconnect() throws Exception {
        broker.close();
    }

    /** Several times, since messages under way at the end may arrive at any moment of it. */
    @RepeatedTest(40)
    void endsWhileMessagesAreUnderWay() {
        Meter meter = new Meter(Map.of());

        assertThatCode(() ->
                        RawBroker.measure("amqp", broker, meter, false, Duration.ofMillis(20), Duration.ofMillis(50)))
                .doesNotThrowAnyException();
    }
}
