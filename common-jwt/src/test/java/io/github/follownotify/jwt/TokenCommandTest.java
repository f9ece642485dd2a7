package io.github.follownotify.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {

    private static final String SECRET = "a secret that is at least 32 bytes long";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsATokenForTheUserAndNothingElse() {
        int exitCode = run(Map.of("JWT_SECRET", SECRET), "42", "--name", "Alice", "--valid-for", "2h");

        VerifiedUser user = verifier().verify(out.toString(UTF_8).strip());
        assertThat(exitCode).isZero();
        assertThat(user.id()).isEqualTo(42);
        assertThat(user.name()).isEqualTo("Alice");
        assertThat(user.expiresAt())
                .isBetween(Instant.now().plusSeconds(7000), Instant.now().plusSeconds(7200));
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void readsTheSecretFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");

        assertThat(run(Map.of("JWT_SECRET_FILE", file.toString()), "42")).isZero();

        assertThat(verifier().verify(out.toString(UTF_8).strip()).id()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "-1", "alice", "42 --name", "42 --valid-for soon", "42 --valid-for -1h", "42 --admin"})
    void explainsItselfWhenUsedWrongly(String arguments) {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ");

        assertThat(run(Map.of("JWT_SECRET", SECRET), words)).isEqualTo(2);

        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8)).contains("usage: token USER_ID");
    }

    @Test
    void saysWhatToSetWhenThereIsNoSecret() {
        assertThat(run(Map.of(), "42")).isEqualTo(2);

        assertThat(err.toString(UTF_8)).contains("set JWT_SECRET");
    }

    private int run(Map<String, String> environment, String... arguments) {
        return new TokenCommand(environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
                .run(List.of(arguments));
    }

    private static TokenVerifier verifier() {
        return new TokenVerifier(TokenSettings.ofSecret(SECRET), Clock.systemUTC());
    }
}
