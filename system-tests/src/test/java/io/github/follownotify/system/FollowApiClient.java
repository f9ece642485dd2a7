package io.github.follownotify.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The mobile app's side of follow-api. */
final class FollowApiClient {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;

    FollowApiClient(URI base) {
        this.base = base;
    }

    HttpResponse<String> follow(long follower, long target) {
        return send(followRequest(Users.token(follower), target));
    }

    HttpResponse<String> follow(String token, long target) {
        return send(followRequest(token, target));
    }

    CompletableFuture<HttpResponse<String>> followLater(String token, long target) {
        return http.sendAsync(followRequest(token, target), BodyHandlers.ofString());
    }

    HttpResponse<String> unfollow(long follower, long target) {
        return send(
                request(Users.token(follower), "/followings/" + target).DELETE().build());
    }

    HttpResponse<String> get(String token, String path) {
        return send(request(token, path).GET().build());
    }

    private HttpRequest followRequest(String token, long target) {
        return request(token, "/followings")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"target\": " + target + "}"))
                .build();
    }

    private HttpRequest.Builder request(String token, String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new IllegalStateException(request.uri() + " did not answer", unreachable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
