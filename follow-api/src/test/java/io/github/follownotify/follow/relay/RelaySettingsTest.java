package io.github.follownotify.follow.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RelaySettingsTest {

    @Test
    void defaults() {
        RelaySettings settings = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("follow.relay", RelaySettings.class);

        assertThat(settings)
                .isEqualTo(new RelaySettings(
                        "im.events",
                        false,
                        10_000,
                        500,
                        Duration.ofMillis(250),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        null));
    }
}
