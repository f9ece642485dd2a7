package io.github.follownotify.im.socketio;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SocketIoSettingsTest {

    private static final Validator VALIDATOR =
            Validation.buildDefaultValidatorFactory().getValidator();

    @Test
    void defaults() {
        SocketIoSettings settings = bind(Map.of());

        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(VALIDATOR.validate(settings)).isEmpty();
    }

    @Test
    void refusesATimeoutThatIsNone() {
        assertThat(VALIDATOR.validate(bind(Map.of("im.socket.connect-timeout", "-1s"))))
                .isNotEmpty();
    }

    private static SocketIoSettings bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("im.socket", SocketIoSettings.class);
    }
}
