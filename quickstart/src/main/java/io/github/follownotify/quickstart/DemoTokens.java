package io.github.follownotify.quickstart;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Stands in for the login service that a real installation has: anybody may be any user. */
final class DemoTokens {

    static final long ALICE = 1;
    static final long BOB = 2;

    private static final List<String> NAMES = List.of(
            "Ada", "Ben", "Chloe", "Dario", "Emma", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mina",
            "Noah", "Olga", "Pavel", "Quinn", "Rosa", "Sami", "Tara", "Umar", "Vera", "Wei", "Xenia", "Yuki", "Zoe");

    private final TokenIssuer issuer;

    DemoTokens(TokenSettings settings, Clock clock) {
        this.issuer = new TokenIssuer(settings, clock);
    }

    String issue(long userId, Duration validFor) {
        return issuer.issue(userId, name(userId), null, validFor);
    }

    static String name(long userId) {
        if (userId == ALICE) {
            return "Alice";
        }
        if (userId == BOB) {
            return "Bob";
        }
        return NAMES.get((int) (userId % NAMES.size())) + " " + userId % 1_000;
    }
}
