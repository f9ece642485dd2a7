package io.github.follownotify.im.log;

import io.github.follownotify.jwt.ServiceTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The log of notifications, read from follow-api over HTTP. */
@Component
public class FollowLog {

    /** Pairs that one read of missed events may name. */
    public static final int MOST_PAIRS = 200;

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
        HttpRequest request =
                request("/log?after=" + seq + "&limit=" + limit).GET().build();
        try {
            return LogPageReader.read(body(http.send(request, HttpResponse.BodyHandlers.ofByteArray())));
        } catch (IOException failure) {
            throw unreachable(failure);
        }
    }

    /**
     * Reads what several users missed, as this service.
     *
     * @param pairs at most {@link #MOST_PAIRS}
     * @param limit most events for each pair
     * @return the answer, or a {@link LogUnavailableException}
     */
    public CompletableFuture<MissedPages> missed(List<MissedPages.Pair> pairs, int limit) {
        String asked = pairs.stream()
                .map(pair -> "{\"user_id\":" + pair.userId() + ",\"after\":" + pair.after() + "}")
                .collect(Collectors.joining(",", "{\"pairs\":[", "],\"limit\":" + limit + "}"));
        HttpRequest request = request("/log/missed")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(asked))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).handle((response, failure) -> {
            if (failure != null) {
                throw unreachable(failure);
            }
            return LogPageReader.readMissed(body(response));
        });
    }

    private HttpRequest.Builder request(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create(baseUrl + pathAndQuery))
                .timeout(settings.readTimeout())
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + tokens.issue("im-server", "log:read"));
    }

    private static byte[] body(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new LogUnavailableException("follow-api answered " + response.statusCode() + " to "
                    + response.uri().getPath());
        }
        return response.body();
    }

    private LogUnavailableException unreachable(Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        Throwable failure = cause == null ? thrown : cause;
        return new LogUnavailableException("follow-api cannot be read at " + baseUrl + ": " + failure, failure);
    }
}
