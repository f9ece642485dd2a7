package io.github.follownotify.im.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

class LogSettingsTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Test
    void hasTheseDefaults() {
        context.run(started -> assertThat(started.getBean(LogSettings.class))
                .isEqualTo(new LogSettings(
                        URI.create("http://localhost:8080"),
                        500,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(500),
                        Duration.ofMillis(50),
                        100,
                        200,
                        20_000,
                        50,
                        Duration.ofSeconds(20))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "im.log.follow-api-url=ftp://localhost",
                "im.log.follow-api-url=localhost:8080",
                "im.log.page-size=0",
                "im.log.page-size=1001",
                "im.log.connect-timeout=0s",
                "im.log.read-timeout=-1s",
                "im.log.retry-max=0s",
                "im.log.poll-interval=0s",
                "im.log.user-page-size=101",
                "im.log.gap-hold=-1ms",
                "im.log.users-per-read=0",
                "im.log.users-per-read=201",
                "im.log.waiting-reads=0",
                "im.log.waiting-reads-per-user=0",
                "im.log.user-read-deadline=0s",
            })
    void refusesToStartWith(String setting) {
        context.withPropertyValues(setting).run(failed -> assertThat(failed).hasFailed());
    }

    @EnableConfigurationProperties(LogSettings.class)
    static class Settings {}
}
