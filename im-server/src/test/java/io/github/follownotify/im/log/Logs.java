package io.github.follownotify.im.log;

import io.github.follownotify.jwt.Secret;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Readers of the log for tests of other packages. */
public final class Logs {

    private Logs() {}

    public static FollowLog followLog(LogSettings settings) {
        TokenSettings tokens = new TokenSettings(
                new Secret("a secret that only tests know, long enough"),
                null,
                List.of(),
                null,
                null,
                Duration.ofMinutes(5),
                null,
                null,
                Duration.ZERO,
                null);
        return new FollowLog(settings, new ServiceTokens(tokens, Clock.systemUTC()));
    }
}
