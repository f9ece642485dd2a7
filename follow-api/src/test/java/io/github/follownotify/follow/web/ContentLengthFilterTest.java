package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Clients and proxies learn a response's length from its head, whoever wrote it. */
class ContentLengthFilterTest extends HealthyFollowApi {

    @Test
    void answersAndRefusalsHaveALength() {
        long user = newUser();
        assertHasLength(201, follow(user, newUser()));
        assertHasLength(200, get(user, "/followings"));
        assertHasLength(400, follow(user, 0));
        assertHasLength(401, send(request("/followings", "nonsense").GET()));
    }

    @Test
    void answerBeyondTheBufferIsComplete() {
        long target = newUser();
        long distant = 1_000_000_000_000_000_000L + target;
        for (int i = 0; i < 100; i++) {
            follow(distant + i, target);
        }

        String body = get(target, "/followers?limit=100").body();

        assertThat(body.length()).isGreaterThan(8 * 1024);
        assertThat(body.split("followed_at", -1)).hasSize(101);
        assertThat(body).endsWith("}");
    }

    private static void assertHasLength(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Length")).isPresent();
        assertThat(answer.headers().firstValue("Transfer-Encoding")).isEmpty();
    }
}
