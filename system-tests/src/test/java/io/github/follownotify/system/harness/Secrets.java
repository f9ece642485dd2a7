package io.github.follownotify.system.harness;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The secrets of the tokens, which are replaced in the steps of docs/operations.md, and the login service that signs
 * with the current one. None is ever taken back, because devices that are connected for the whole run keep tokens of
 * the first.
 */
final class Secrets {

    private static final Duration LONGER_THAN_ANY_RUN = Duration.ofDays(1);

    private final List<String> all = new ArrayList<>(List.of(secret(0)));
    private TokenIssuer login = issuer(0);
    private int first;

    /** Before the first replacement. */
    synchronized Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("JWT_SECRET", all.get(first));
        int index = 0;
        for (String secret : all) {
            if (!secret.equals(all.get(first))) {
                // A list of its own variables, because commas separate those of JWT_EARLIER_SECRETS.
                settings.put("JWT_EARLIERSECRETS_" + index++, secret);
            }
        }
        return settings;
    }

    /** First step: the next secret is accepted. */
    synchronized Map<String, String> acceptNext() {
        all.add(secret(all.size()));
        return settings();
    }

    /** Second step: it signs. The login service follows when every service has these settings. */
    synchronized Map<String, String> signWithNext() {
        first = all.size() - 1;
        return settings();
    }

    synchronized void letLoginServiceFollow() {
        login = issuer(first);
    }

    synchronized String token(long user) {
        return login.issue(user, LONGER_THAN_ANY_RUN);
    }

    private static TokenIssuer issuer(int number) {
        return new TokenIssuer(TokenSettings.ofSecret(secret(number)), Clock.systemUTC());
    }

    private static String secret(int number) {
        return "secret number %d of the harness, at least 32 bytes".formatted(number);
    }
}
