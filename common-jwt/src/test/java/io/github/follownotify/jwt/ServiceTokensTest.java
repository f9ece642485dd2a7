package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceTokensTest {

    private static final TokenSettings SETTINGS = TokenSettings.ofSecret("a secret that is at least 32 bytes long");

    private final Clock clock = Clock.systemUTC();
    private final ServiceTokens tokens = new ServiceTokens(SETTINGS, clock);

    @Test
    void permitTheirScopeAndNoOther() {
        String token = tokens.issue("im-server", "log:read");

        assertThatCode(() -> tokens.verify(token, "log:read")).doesNotThrowAnyException();
        assertThat(reasonFor(token, "log:write")).isEqualTo(Reason.INVALID);
    }

    @Test
    void neverSpeakForAUserNorUsersForAService() {
        String ofAUser = new TokenIssuer(SETTINGS, clock).issue(7, Duration.ofHours(1));
        String ofAService = tokens.issue("7", "log:read");

        assertThat(reasonFor(ofAUser, "log:read")).isEqualTo(Reason.INVALID);
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> new TokenVerifier(SETTINGS, clock).verify(ofAService));
    }

    @Test
    void expireWithinMinutes() {
        String old =
                new ServiceTokens(SETTINGS, Clock.offset(clock, Duration.ofMinutes(-3))).issue("im-server", "log:read");

        assertThat(reasonFor(old, "log:read")).isEqualTo(Reason.EXPIRED);
        assertThat(reasonFor(null, "log:read")).isEqualTo(Reason.MISSING);
    }

    private Reason reasonFor(@Nullable String token, String scope) {
        return catchThrowableOfType(InvalidTokenException.class, () -> tokens.verify(token, scope))
                .reason();
    }
}
