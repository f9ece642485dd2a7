package io.github.follownotify.jwt;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * The command {@code token}: prints a token for a user id, signed with {@code JWT_SECRET}, and nothing else, so that it
 * can stand in a shell's {@code $(…)}.
 */
public final class TokenCommand {

    private static final String USAGE = """
            usage: token USER_ID [--name NAME] [--photo URL] [--valid-for 1h]
            Prints a token for the user, signed with the secret in JWT_SECRET or in the file that JWT_SECRET_FILE names.
            JWT_ISSUER and JWT_AUDIENCE are honoured.""";
    private static final Duration DEFAULT_VALIDITY = Duration.ofHours(1);

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    TokenCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Runs the command and ends the process when the arguments begin with {@code token}; returns otherwise. */
    public static void runIfAsked(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("token")) {
            main(Arrays.copyOfRange(arguments, 1, arguments.length));
        }
    }

    public static void main(String[] arguments) {
        System.exit(new TokenCommand(System.getenv(), System.out, System.err).run(List.of(arguments)));
    }

    /** @return the exit code: 0 when a token was printed, 2 for unusable arguments or settings */
    int run(List<String> arguments) {
        try {
            out.println(issue(new ArrayDeque<>(arguments)));
            return 0;
        } catch (UnusableTokenSettingsException unusable) {
            err.println("token: " + unusable.getMessage());
        } catch (IllegalArgumentException wrongUse) {
            err.println("token: " + wrongUse.getMessage());
            err.println(USAGE);
        }
        return 2;
    }

    private String issue(Deque<String> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a user id is missing");
        }
        long userId = userId(arguments.remove());
        String name = null;
        String photo = null;
        Duration validFor = DEFAULT_VALIDITY;
        while (!arguments.isEmpty()) {
            String option = arguments.remove();
            switch (option) {
                case "--name" -> name = value(option, arguments);
                case "--photo" -> photo = value(option, arguments);
                case "--valid-for" -> validFor = duration(value(option, arguments));
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        return new TokenIssuer(settings(), Clock.systemUTC()).issue(userId, name, photo, validFor);
    }

    private TokenSettings settings() {
        String secret = environment.get("JWT_SECRET");
        String secretFile = environment.get("JWT_SECRET_FILE");
        return new TokenSettings(
                secret == null ? null : new Secret(secret),
                secretFile == null ? null : Path.of(secretFile.replaceFirst("^file:", "")),
                List.of(),
                null,
                null,
                Duration.ofMinutes(5),
                blankToNull(environment.get("JWT_ISSUER")),
                blankToNull(environment.get("JWT_AUDIENCE")),
                Duration.ZERO,
                null,
                List.of());
    }

    private static long userId(String text) {
        try {
            long id = Long.parseLong(text);
            if (id > 0) {
                return id;
            }
        } catch (NumberFormatException notANumber) {
            // falls through to the same answer as a number that is not positive
        }
        throw new IllegalArgumentException("user id must be a positive 64-bit integer, was " + text);
    }

    private static String value(String option, Deque<String> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return arguments.remove();
    }

    private static Duration duration(String text) {
        Duration duration = DurationStyle.detectAndParse(text);
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("--valid-for must be positive, was " + text);
        }
        return duration;
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
