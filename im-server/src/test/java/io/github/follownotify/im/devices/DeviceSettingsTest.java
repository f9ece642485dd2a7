package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DeviceSettingsTest {

    private static final Validator VALIDATOR =
            Validation.buildDefaultValidatorFactory().getValidator();

    @Test
    void defaults() {
        DeviceSettings settings = bind(Map.of());

        assertThat(settings.limits()).isEqualTo(new DeviceSettings.Limits(50, 50));
        assertThat(settings.token())
                .isEqualTo(new DeviceSettings.Token(Duration.ofSeconds(60), Duration.ofSeconds(30)));
        assertThat(VALIDATOR.validate(settings)).isEmpty();
    }

    @Test
    void refusesToAdmitNobody() {
        assertThat(VALIDATOR.validate(bind(Map.of("im.socket.limits.sockets-per-user", "0"))))
                .isNotEmpty();
    }

    private static DeviceSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("im.socket", DeviceSettings.class);
    }
}
