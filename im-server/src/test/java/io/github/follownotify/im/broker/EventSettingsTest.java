package io.github.follownotify.im.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.util.unit.DataSize;

class EventSettingsTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Test
    void hasTheseDefaults() {
        context.run(started -> assertThat(started.getBean(EventSettings.class))
                .isEqualTo(new EventSettings(
                        "im.events",
                        Duration.ofMinutes(30),
                        50_000,
                        DataSize.ofMegabytes(32),
                        1000,
                        DataSize.ofKilobytes(64),
                        250,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5))));
    }

    @Test
    void namesTheInvalidQueueAfterTheExchange() {
        context.withPropertyValues("im.events.exchange=other")
                .run(started -> assertThat(started.getBean(EventSettings.class).invalidQueue())
                        .isEqualTo("other.invalid"));
    }

    @Test
    void callsTheNodeAfterItsHostUnlessTold() {
        context.run(started ->
                assertThat(started.getBean(NodeSettings.class).nodeId()).isNotBlank());
        context.withPropertyValues("im.node-id= im-3 ")
                .run(started ->
                        assertThat(started.getBean(NodeSettings.class).nodeId()).isEqualTo("im-3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "im.events.exchange=",
                "im.events.queue-expires=0s",
                "im.events.queue-expires=25d",
                "im.events.queue-max-length=0",
                "im.events.queue-max-bytes=1KB",
                "im.events.queue-max-bytes=2GB",
                "im.events.invalid-max-length=0",
                "im.events.max-body=1B",
                "im.events.max-body=2MB",
                "im.events.prefetch=0",
                "im.events.heartbeat=0s",
                "im.events.start-wait=-1s",
                "im.node-id=a b",
                "im.node-id=a/#",
            })
    void refusesToStartWith(String setting) {
        context.withPropertyValues(setting).run(failed -> assertThat(failed).hasFailed());
    }

    @EnableConfigurationProperties({EventSettings.class, NodeSettings.class})
    static class Settings {}
}
