package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class EngineSettingsTest {

    private static final Validator VALIDATOR =
            Validation.buildDefaultValidatorFactory().getValidator();

    @Test
    void defaults() {
        EngineSettings settings = bind(Map.of());

        assertThat(settings.host()).isNull();
        assertThat(settings.port()).isEqualTo(9092);
        assertThat(settings.path()).isEqualTo("/socket.io/");
        assertThat(settings.allowedOrigins()).isEmpty();
        assertThat(settings.trustedProxies()).isEmpty();
        assertThat(settings.workerThreads()).isZero();
        assertThat(settings.pingInterval()).isEqualTo(Duration.ofSeconds(25));
        assertThat(settings.pingTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.upgradeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.maxPayload()).isEqualTo(DataSize.ofKilobytes(64));
        assertThat(settings.maxUrl()).isEqualTo(DataSize.ofKilobytes(16));
        assertThat(settings.maxHeaders()).isEqualTo(DataSize.ofKilobytes(16));
        assertThat(settings.limits()).isEqualTo(new EngineSettings.Limits(100_000, 10_000, 2_000, 500, 200));
        assertThat(settings.queue()).isEqualTo(new EngineSettings.Queue(DataSize.ofMegabytes(1), 10_000));
        assertThat(VALIDATOR.validate(settings)).isEmpty();
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "port, -1",
        "port, 65536",
        "path, socket.io",
        "ping-interval, 0s",
        "upgrade-timeout, -1s",
        "allowed-origins, example.org",
        "allowed-origins, https://example.org/path",
        "trusted-proxies, proxy.example.org",
        "trusted-proxies, 10.0.0.0/33",
        "trusted-proxies, 10.0.0.0/x",
        "trusted-proxies, [::1]",
        "limits.connections, 0",
        "limits.packets-per-second, 0",
        "queue.packets, 0"
    })
    void refuses(String setting, String value) {
        assertThat(VALIDATOR.validate(bind(Map.of(setting, value)))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"*", "https://example.org", "http://localhost:8080", "capacitor://localhost"})
    void takesOrigins(String origin) {
        assertThat(VALIDATOR.validate(bind(Map.of("allowed-origins", origin)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"})
    void takesAddressesAndNetworksOfProxies(String proxy) {
        assertThat(VALIDATOR.validate(bind(Map.of("trusted-proxies", proxy)))).isEmpty();
    }

    private static EngineSettings bind(Map<String, String> properties) {
        Map<String, String> prefixed = new HashMap<>();
        properties.forEach((key, value) -> prefixed.put("im.socket." + key, value));
        return new Binder(new MapConfigurationPropertySource(prefixed)).bindOrCreate("im.socket", EngineSettings.class);
    }
}
