package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The service while MySQL is gone or silent. H2 runs inside of the process and can't be cut off. */
class DatabaseOutageTest extends RunningFollowApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Database DATABASE = TestServices.database();
    private static final FaultProxy PROXY =
            new FaultProxy(DATABASE.real() ? DATABASE.host() : "127.0.0.1", DATABASE.port());

    @DynamicPropertySource
    static void throughTheProxy(DynamicPropertyRegistry registry) {
        registry.add(
                "spring.datasource.url", () -> DATABASE.real() ? DATABASE.urlThrough(PROXY.port()) : DATABASE.url());
        registry.add("spring.datasource.username", DATABASE::username);
        registry.add("spring.datasource.password", DATABASE::password);
        TestServices.registerBroker(registry);
        registry.add("follow.relay.exchange", () -> TestServices.uniqueName("follow.test"));
    }

    @BeforeEach
    void onlyWithAServer() {
        assumeThat(DATABASE.real()).as("a database server to cut off").isTrue();
    }

    @AfterEach
    void heal() {
        assumeThat(DATABASE.real()).isTrue();
        PROXY.restore();
        await().atMost(PATIENCE).until(() -> follow(newUser(), newUser()).statusCode() == 201);
    }

    @Test
    void followWhileMySqlIsGoneIsRefusedSoonAndSavesNothing() {
        long follower = newUser();
        long target = newUser();
        PROXY.cut();
        long start = System.nanoTime();

        HttpResponse<String> answer = follow(follower, target);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertUnavailable(answer);
        PROXY.restore();
        await().atMost(PATIENCE).until(() -> follow(follower, target).statusCode() == 201);
        // The pool, which this asks through, may still have a connection that was cut.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> notificationsFor(target) == 1);
    }

    @Test
    void followWhileMySqlIsSilentIsRefusedInBoundedTime() {
        PROXY.stall();

        HttpResponse<String> answer = follow(newUser(), newUser());

        assertUnavailable(answer);
        PROXY.cut();
    }

    /** The follow waits behind another transaction when its connection breaks, so even its rollback fails. */
    @Test
    void followWhoseConnectionBreaksInTheMiddleIsRefusedAndSavesNothing() throws Exception {
        long follower = newUser();
        long target = newUser();
        try (Connection other = DriverManager.getConnection(DATABASE.url(), DATABASE.username(), DATABASE.password());
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO following (follower_id, target_id, created_at) VALUES (%d, %d, 0)"
                    .formatted(follower, target));
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> follow(follower, target));
            await().atMost(PATIENCE).until(() -> isWaitingToInsert(other));

            PROXY.cut();

            assertUnavailable(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            other.rollback();
        }
        PROXY.restore();
        await().atMost(PATIENCE).until(() -> follow(follower, target).statusCode() == 201);
        // The pool, which this asks through, may still have a connection that was cut.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> notificationsFor(target) == 1);
    }

    @Test
    void processIsAliveAndNotReadyWhileMySqlIsGone() {
        PROXY.cut();

        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(503);
    }

    private static boolean isWaitingToInsert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet waiting = statement.executeQuery("""
                        SELECT COUNT(*) FROM information_schema.processlist
                        WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command <> 'Sleep' AND info LIKE '%INTO%following%'""")) {
            return waiting.next() && waiting.getInt(1) > 0;
        }
    }

    private void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains("urn:follow-notify:problem:unavailable");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private int status(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET()).statusCode();
    }
}
