package io.github.follownotify.bench.ceiling;

import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.testservices.TestServices;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;

class RawBrokerTest {

    /** Several times, since messages under way at the end may arrive at any moment of it. */
    @RepeatedTest(40)
    void endsWhileMessagesAreUnderWay() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(TestServices.broker().uri());
        try (Connection broker = factory.newConnection()) {
            Meter meter = new Meter(Map.of());

            assertThatCode(() -> RawBroker.measure(
                            "amqp", broker, meter, false, Duration.ofMillis(20), Duration.ofMillis(50)))
                    .doesNotThrowAnyException();
        }
    }
}
