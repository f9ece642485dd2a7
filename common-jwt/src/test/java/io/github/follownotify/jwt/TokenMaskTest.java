package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class TokenMaskTest {

    private static final String TOKEN = new TokenIssuer(
                    TokenSettings.ofSecret("a secret that is at least 32 bytes long"), Clock.systemUTC())
            .issue(7, Duration.ofMinutes(1));

    @Test
    void leavesEverythingElseAsItIs() {
        assertThat(masked("path=/followings?token=" + TOKEN + "&x=ä")).isEqualTo("path=/followings?token=[token]&x=ä");
        assertThat(masked("Bearer " + TOKEN.substring(0, 30) + "…")).isEqualTo("Bearer [token]…");
        assertThat(masked("{\"message\":\"" + TOKEN + "\"}")).isEqualTo("{\"message\":\"[token]\"}");
        assertThat(masked("they eyJ Zoë 🙂")).isEqualTo("they eyJ Zoë 🙂");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--logging.structured.format.console=ecs"})
    void coversMessagesArgumentsAndStackTracesOfAnApplication(String option, CapturedOutput output) {
        SpringApplication application = new SpringApplication(Object.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context =
                application.run(option.isEmpty() ? new String[0] : new String[] {option})) {
            LoggerFactory.getLogger("some.library")
                    .warn("cannot parse {}", TOKEN, new IllegalStateException("in header " + TOKEN));

            assertThat(context.isRunning()).isTrue();
        }
        assertThat(output.getAll())
                .contains("cannot parse [token]", "in header [token]")
                .doesNotContain(TOKEN.substring(TOKEN.lastIndexOf('.')));
    }

    private static String masked(String line) {
        return new String(TokenMask.masked(line.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
