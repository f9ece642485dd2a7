package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The service that started while the broker was gone. */
class BrokerOutageTest extends RunningFollowApi {

    private static final Broker BROKER = TestServices.broker();
    private static final FaultProxy PROXY = new FaultProxy(BROKER.host(), BROKER.port());

    @DynamicPropertySource
    static void throughTheProxy(DynamicPropertyRegistry registry) {
        PROXY.cut();
        TestServices.registerDatabase(registry);
        TestServices.registerBroker(registry, PROXY.port());
        registry.add("follow.relay.exchange", () -> TestServices.uniqueName("follow.test"));
    }

    @Test
    void followsAreAcceptedAndReadyAndRelayedWhenTheBrokerComes() {
        assertThat(follow(newUser(), newUser()).statusCode()).isEqualTo(201);
        assertThat(send(HttpRequest.newBuilder(uri("/readyz")).GET()).statusCode())
                .isEqualTo(200);
        assertThat(confirmed()).isZero();

        PROXY.restore();

        await().atMost(Duration.ofSeconds(30)).until(() -> confirmed() == 1);
    }

    private long confirmed() {
        return sql.sql("SELECT confirmed_seq FROM relay").query(Long.class).single();
    }
}
