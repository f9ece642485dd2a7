package io.github.follownotify.im.log;

import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;

/** Readers of the log for tests of other packages. */
public final class Logs {

    private Logs() {}

    public static FollowLog followLog(LogSettings settings) {
        TokenSettings tokens = TokenSettings.ofSecret("a secret that only tests know, long enough");
        return new FollowLog(settings, new ServiceTokens(tokens, Clock.systemUTC()));
    }
}
