package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Settings with which a promise could not be kept stop the start, and the message is the fix. */
@ExtendWith(OutputCaptureExtension.class)
class StartRefusalTest {

    @ParameterizedTest
    @CsvSource({
        "follow.relay.lease, 3s, follow.relay.lease must be at least a second longer",
        "follow.relay.heartbeat, 1500ms, must be whole seconds",
        "follow.relay.confirm-interval, 0s, every duration must be positive",
        "jwt.secret, short, HS256 needs at least 32"
    })
    void contradictionStopsTheStart(String property, String value, String fix, CapturedOutput output) {
        assertThat(start(Map.of(property, value))).isNotNull();
        assertThat(output).contains("APPLICATION FAILED TO START").contains(fix);
    }

    @Test
    void missingDatabaseIsNamedWithWhatToSet(CapturedOutput output) {
        Throwable failure = start(Map.of(
                "spring.datasource.url", "jdbc:mysql://127.0.0.1:1/nowhere",
                "spring.datasource.hikari.connection-timeout", "250",
                "spring.flyway.connect-retries", "0"));

        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("The database can't be reached")
                .contains("set SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD");
    }

    private static Throwable start(Map<String, String> changes) {
        try (Database database = TestServices.database()) {
            Map<String, String> settings = new LinkedHashMap<>(Map.of(
                    "spring.config.name",
                    "follow-api",
                    "server.port",
                    "0",
                    "management.server.port",
                    "0",
                    "jwt.secret",
                    RunningFollowApi.SECRET,
                    "spring.datasource.url",
                    database.url(),
                    "spring.datasource.username",
                    database.username(),
                    "spring.datasource.password",
                    database.password()));
            settings.putAll(changes);
            String[] arguments = settings.entrySet().stream()
                    .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                    .toArray(String[]::new);
            return catchThrowable(() ->
                    new SpringApplicationBuilder(FollowApi.class).run(arguments).close());
        }
    }
}
