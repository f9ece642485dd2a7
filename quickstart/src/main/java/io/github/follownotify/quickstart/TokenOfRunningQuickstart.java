package io.github.follownotify.quickstart;

import io.github.follownotify.jwt.TokenCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * The command {@code token} where no secret is set: the quick start that is running made up its own, so it is asked for
 * the token.
 */
final class TokenOfRunningQuickstart {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private TokenOfRunningQuickstart() {}

    static void runIfAsked(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("token")) {
            return;
        }
        Map<String, String> environment = System.getenv();
        boolean onlyTheUserId = arguments.length == 2 && !arguments[1].startsWith("-");
        if (!onlyTheUserId || environment.containsKey("JWT_SECRET") || environment.containsKey("JWT_SECRET_FILE")) {
            TokenCommand.runIfAsked(arguments);
        }
        QuickstartSettings settings = QuickstartSettings.of();
        URI quickstart = URI.create("http://%s:%d".formatted(settings.host(), settings.port()));
        System.exit(run(quickstart, arguments[1], System.out, System.err));
    }

    /** @return the exit code */
    static int run(URI quickstart, String userId, PrintStream out, PrintStream err) {
        if (!userId.matches("[0-9]{1,19}")) {
            err.println("token: user id must be a positive 64-bit integer, was " + userId);
            return 2;
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(quickstart.resolve("/demo/token/" + userId))
                    .timeout(TIMEOUT)
                    .build();
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                out.println(answer.body());
                return 0;
            }
            err.println("token: what answers at " + quickstart + " is no quick start (" + answer.statusCode()
                    + "). Name its port with QUICKSTART_PORT.");
        } catch (IOException notRunning) {
            err.println("token: no quick start answers at " + quickstart
                    + ". Start it, name its port with QUICKSTART_PORT, or set JWT_SECRET to sign without it.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return 2;
    }
}
