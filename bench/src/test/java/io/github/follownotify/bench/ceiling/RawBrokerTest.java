package io.github.follownotify.bench.ceiling;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.testservices.TestServices;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

class RawBrokerTest {

    private static Connection broker;

    @BeforeAll
    static void connect() throws Exception {
        broker = Servers.connectionFactory(URI.create(TestServices.broker().uri()))
                .newConnection();
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
