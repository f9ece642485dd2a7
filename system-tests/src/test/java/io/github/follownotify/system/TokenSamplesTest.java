package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of docs/tokens.md sign tokens that both services accept. */
class TokenSamplesTest {

    private final TokenVerifier verifier = new TokenVerifier(TokenSettings.ofSecret(Users.SECRET), Clock.systemUTC());

    @ParameterizedTest
    @ValueSource(strings = {"sign-token.js", "sign_token.py", "SignToken.java"})
    void signsATokenThatIsAccepted(String file) {
        String token = Sample.of("tokens.md", file)
                .run(Map.of("JWT_SECRET", Users.SECRET))
                .strip();

        VerifiedUser user = verifier.verify(token);
        assertThat(user.id()).isEqualTo(42);
        assertThat(user.name()).isEqualTo("Alice");
        assertThat(user.expiresAt()).isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(15)));
    }
}
