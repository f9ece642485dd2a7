package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class ApiSettingsTest {

    @Test
    void defaults() {
        ApiSettings settings =
                new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("follow.api", ApiSettings.class);

        assertThat(settings)
                .isEqualTo(new ApiSettings(
                        List.of(), List.of("/livez", "/readyz"), DataSize.ofKilobytes(16), Duration.ofSeconds(10)));
    }
}
