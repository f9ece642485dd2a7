package io.github.follownotify.im.log;

import io.github.follownotify.jwt.ServiceTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log of notifications, read from follow-api over HTTP. */
@Component
public class FollowLog {

    /** Users that one question for their newest events may name. */
    public static final int MOST_USERS = 200;

    private static final JsonMapper JSON = JsonMapper.shared();

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

    /**
     * Reads, as this service, which event up to a seq is the last one of each of these users.
     *
     * @param users at most {@link #MOST_USERS}
     * @return the answer, or a {@link LogUnavailableException}
     */
    public CompletableFuture<NewestSeqs> newestOf(Collection<Long> users, long upTo) {
        String ids = users.stream().map(String::valueOf).collect(Collectors.joining(","));
        HttpRequest request =
                request("/log/newest?up_to=" + upTo + "&user_id=" + ids, tokens.issue("im-server", "log:read"));
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).handle((response, failure) -> {
            if (failure != null) {
                throw unreachable(failure);
            }
            return newest(response);
        });
    }

    private HttpRequest request(String path, long after, int limit, String token) {
        return request(path + "?after=" + after + "&limit=" + limit, token);
    }

    private HttpRequest request(String pathAndQuery, String token) {
        return HttpRequest.newBuilder(URI.create(baseUrl + pathAndQuery))
                .timeout(settings.readTimeout())
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token)
                .build();
    }

    private static LogPage page(HttpResponse<byte[]> response, long userId) {
        return LogPageReader.read(body(response), userId);
    }

    private static NewestSeqs newest(HttpResponse<byte[]> response) {
        try {
            JsonNode answer = JSON.readTree(body(response));
            Map<Long, Long> byUser = new HashMap<>();
            answer.required("items")
                    .forEach(item -> byUser.put(
                            item.required("room").longValue(),
                            item.required("seq").longValue()));
            return new NewestSeqs(byUser, answer.required("oldest_seq").longValue());
        } catch (JacksonException | IllegalArgumentException notUnderstood) {
            throw new LogUnavailableException("follow-api's answer names no newest events", notUnderstood);
        }
    }

    private static byte[] body(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new LogUnavailableException("follow-api answered " + response.statusCode() + " to GET "
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
