package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class TokenAutoConfigurationTest {

    private static final String SECRET = "a secret that is at least 32 bytes long";

    private final ApplicationContextRunner service =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(TokenAutoConfiguration.class));

    @Test
    void settingsHaveTheseDefaults() {
        service.withPropertyValues("jwt.secret=" + SECRET)
                .run(context ->
                        assertThat(context.getBean(TokenSettings.class)).isEqualTo(TokenSettings.ofSecret(SECRET)));
    }

    @Test
    void readsTheSecretFromAFileToo() {
        Path file = Path.of("pom.xml").toAbsolutePath();
        for (String named : List.of("pom.xml", file.toString(), file.toUri().toString())) {
            service.withPropertyValues("jwt.secret-file=" + named)
                    .run(context -> assertThat(context).hasSingleBean(TokenVerifier.class));
        }
    }

    @Test
    void neverPrintsASecret() {
        service.withPropertyValues("jwt.secret=" + SECRET, "jwt.earlier-secrets=" + SECRET + "2")
                .run(context -> assertThat(
                                context.getBean(TokenSettings.class) + " " + context.getBean(TokenKeys.class))
                        .contains("[REDACTED]")
                        .doesNotContain(SECRET));
    }

    @Test
    void stopsTheServiceWithTheLineThatSaysWhatToSet(CapturedOutput output) {
        assertThatException()
                .isThrownBy(() -> new SpringApplication(Service.class).run("--jwt.secret=short"))
                .withRootCauseInstanceOf(UnusableTokenSettingsException.class);

        assertThat(output)
                .contains("JWT_SECRET has 5 bytes, HS256 needs at least 32")
                .doesNotContain("\tat ");
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration(TokenAutoConfiguration.class)
    static class Service {}
}
