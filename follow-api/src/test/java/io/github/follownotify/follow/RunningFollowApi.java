package io.github.follownotify.follow;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole service on a free port, and what its tests do to it; subclasses say which database and broker it has. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=follow-api",
            "management.server.port=0",
            "jwt.secret=" + RunningFollowApi.SECRET,
            "follow.api.allowed-origins=https://app.example",
            "follow.relay.heartbeat=1s"
        })
@Import(RunningFollowApi.ExchangeOfTheTests.class)
public abstract class RunningFollowApi {

    public static final String SECRET = "a secret of the tests, long enough for HS256";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final TokenIssuer TOKENS = new TokenIssuer(TokenSettings.ofSecret(SECRET), Clock.systemUTC());
    private static final AtomicLong USERS = new AtomicLong(1000);

    @LocalServerPort
    protected int port;

    @Autowired
    protected JdbcClient sql;

    /** A user that no other test uses. */
    protected static long newUser() {
        return USERS.incrementAndGet();
    }

    protected static String token(long user) {
        return TOKENS.issue(user, Duration.ofMinutes(5));
    }

    protected static String token(long user, @Nullable String name, @Nullable String photo) {
        return TOKENS.issue(user, name, photo, Duration.ofMinutes(5));
    }

    protected HttpResponse<String> follow(long follower, long target) {
        return followAt(port, follower, target);
    }

    /** Follows at another replica. */
    protected static HttpResponse<String> followAt(int port, long follower, long target) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/followings"))
                .header("Authorization", "Bearer " + token(follower))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"target\": %d}".formatted(target))));
    }

    protected HttpResponse<String> post(String token, String body) {
        return send(request("/followings", token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    protected HttpResponse<String> unfollow(long follower, long target) {
        return send(request("/followings/" + target, token(follower)).DELETE());
    }

    protected HttpResponse<String> get(long user, String path) {
        return send(request(path, token(user)).GET());
    }

    protected HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token);
    }

    protected URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    protected long notificationsFor(long user) {
        return sql.sql("SELECT COUNT(*) FROM notification WHERE recipient_id = ?")
                .param(user)
                .query(Long.class)
                .single();
    }

    /** Takes the exchange away when the service has stopped and its connection to the broker has not. */
    static class ExchangeOfTheTests implements SmartLifecycle {

        private final AmqpAdmin admin;
        private final String exchange;
        private boolean running;

        ExchangeOfTheTests(AmqpAdmin admin, @Value("${follow.relay.exchange}") String exchange) {
            this.admin = admin;
            this.exchange = exchange;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            admin.deleteExchange(exchange);
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return 0;
        }

        @Override
        public boolean isPauseable() {
            return false;
        }
    }
}
