package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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
        assertThat(notificationsFor(target)).isEqualTo(1);
    }

    @Test
    void followWhileMySqlIsSilentIsRefusedInBoundedTime() {
        PROXY.stall();

        HttpResponse<String> answer = follow(newUser(), newUser());

        assertUnavailable(answer);
        PROXY.cut();
    }

    @Test
    void processIsAliveAndNotReadyWhileMySqlIsGone() {
        PROXY.cut();

        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(503);
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
