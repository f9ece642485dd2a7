package io.github.follownotify.system;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import java.time.Duration;

/** Mints the tokens of test users, with the secret that all test installations share. */
public final class Users {

    public static final String SECRET = "the secret of the system tests, at least 32 bytes";

    private static final TokenIssuer issuer = new TokenIssuer(TokenSettings.ofSecret(SECRET), Clock.systemUTC());

    private Users() {}

    public static String token(long userId) {
        return issuer.issue(userId, Duration.ofHours(1));
    }

    public static String token(long userId, String name) {
        return issuer.issue(userId, name, null, Duration.ofHours(1));
    }

    public static String token(long userId, String name, String photo) {
        return issuer.issue(userId, name, photo, Duration.ofHours(1));
    }

    public static String token(long userId, Duration validFor) {
        return issuer.issue(userId, validFor);
    }
}
