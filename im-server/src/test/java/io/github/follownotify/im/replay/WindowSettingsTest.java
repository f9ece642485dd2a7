package io.github.follownotify.im.replay;

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

class WindowSettingsTest {

    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        context.run(started -> assertThat(started.getBean(WindowSettings.class))
                .isEqualTo(new WindowSettings(DataSize.ofMegabytes(64), Duration.ofMinutes(15))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"im.window.size=1KB", "im.window.size=3GB", "im.window.age=0s"})
    void refusesToStartWith(String setting) {
        context.withPropertyValues(setting).run(failed -> assertThat(failed).hasFailed());
    }

    @EnableConfigurationProperties(WindowSettings.class)
    static class Settings {}
}
