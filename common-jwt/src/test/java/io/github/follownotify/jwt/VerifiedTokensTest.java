package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {

    private static final TokenSettings SETTINGS = TokenSettings.ofSecret("a secret that is at least 32 bytes long");

    private final SetClock clock = new SetClock();
    private final TokenVerifier verifier = new TokenVerifier(SETTINGS, clock);
    private final String token = new TokenIssuer(SETTINGS, clock).issue(7, "Zoë", null, Duration.ofMinutes(1));

    @Test
    void areNotVerifiedAgain() {
        assertThat(verifier.verify(token)).isSameAs(verifier.verify(token));
    }

    @Test
    void areNeverBelievedBeyondTheirEnd() {
        verifier.verify(token);

        clock.now = clock.now.plusSeconds(61);

        assertThat(catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token))
                        .reason())
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    void areFoundOnlyUnderTheKeysThatVerifiedThem() {
        VerifiedTokens verified = new VerifiedTokens(clock);
        VerifiedUser user = new VerifiedUser(7, null, null, clock.now.plusSeconds(60));

        verified.remember(VerifiedTokens.digest(token), user, 1);

        assertThat(verified.find(VerifiedTokens.digest(token), 1)).isSameAs(user);
        assertThat(verified.find(VerifiedTokens.digest(token), 2)).isNull();
    }

    @Test
    void neverOpenForATokenThatDiffersInOneCharacter() {
        verifier.verify(token);

        for (int i = 0; i < token.length(); i++) {
            String forged = token.substring(0, i) + (token.charAt(i) == 'x' ? 'y' : 'x') + token.substring(i + 1);

            assertThat(catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(forged)))
                    .as("character %d", i)
                    .isNotNull();
        }
    }

    private static final class SetClock extends Clock {

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
