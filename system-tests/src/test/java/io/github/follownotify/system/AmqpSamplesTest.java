package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.TestServices;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of docs/amqp.md reach a connected device. */
@RealBrokerTest
class AmqpSamplesTest {

    @AutoClose
    private static Installation installation;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start(1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"publish.js", "publish.py", "Publish.java"})
    void publishesAnEventThatADeviceReceives(String file) {
        Broker broker = TestServices.broker();
        try (Device device = Device.of(42, installation.imServer())) {
            Sample.of("amqp.md", file)
                    .with("amqp://guest:guest@localhost:5672", broker.uri())
                    .with("im.events", installation.exchange())
                    .run(Map.of());

            assertThat(device.like().toString()).contains("\"post_id\":1001", "\"user_id\":7");
        }
    }
}
