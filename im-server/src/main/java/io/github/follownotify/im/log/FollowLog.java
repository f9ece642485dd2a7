package io.github.follownotify.im.log;

import io.github.follownotify.jwt.ServiceTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.stereotype.Component;

/** The log of notifications, read from follow-api over HTTP. */
@Component
public class FollowLog {

    private final LogSettings settings;
    private final ServiceTokens tokens;
    private final String baseUrl;
    private final HttpClient http;

    FollowLog(LogSettings settings, ServiceTokens tokens) {
        this.settings = settings;
        this.tokens = tokens;
        this.baseUrl = settings.followApiUrl().toString().replaceAll("/+$", "");
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * Reads everyone's events after a seq, as this service.
     *
     * @throws LogUnavailableException when there is no answer, or none that can be used
     */
    public LogPage everyonesAfter(long seq, int limit) throws InterruptedException {
        HttpRequest request = request("/log", seq, limit, tokens.issue("im-server", "log:read"));
        try {
            return page(http.send(request, HttpResponse.BodyHandlers.ofByteArray()), 0);
        } catch (IOException failure) {
            throw unreachable(failure);
        }
    }

    /**
     * Reads one user's events after a seq, as that user.
     *
     * @return a page, or a {@link LogUnavailableException}
     */
    public CompletableFuture<LogPage> usersAfter(long userId, String token, long seq, int limit) {
        return http.sendAsync(request("/notifications", seq, limit, token), HttpResponse.BodyHandlers.ofByteArray())
                .handle((response, failure) -> {
                    if (failure != null) {
                        throw unreachable(failure);
                    }
                    return page(response, userId);
                });
    }

    private HttpRequest request(String path, long after, int limit, String token) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path + "?after=" + after + "&limit=" + limit))
                .timeout(settings.readTimeout())
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token)
                .build();
    }

    private static LogPage page(HttpResponse<byte[]> response, long userId) {
        if (response.statusCode() != 200) {
            throw new LogUnavailableException(
                    "follow-api answered " + response.statusCode() + " to GET " + response.uri());
        }
        return LogPageReader.read(response.body(), userId);
    }

    private LogUnavailableException unreachable(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        Throwable failure = cause == null ? thrown : cause;
        return new LogUnavailableException("follow-api cannot be read at " + baseUrl + ": " + failure, failure);
    }
}
