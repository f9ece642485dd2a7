package io.github.follownotify.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** The service whose operator asked RabbitMQ to send back what no queue takes, while no node is there. */
@TestPropertySource(properties = {"spring.rabbitmq.template.mandatory=true", "spring.rabbitmq.publisher-returns=true"})
class MandatoryTemplateTest extends RunningFollowApi {

    private static final String EXCHANGE = TestServices.uniqueName("follow.test");

    @Autowired
    private ServiceTokens services;

    @Autowired
    private MeterRegistry metrics;

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry registry) {
        TestServices.registerDatabase(registry);
        TestServices.registerBroker(registry);
        registry.add("follow.relay.exchange", () -> EXCHANGE);
    }

    @Test
    void eventThatNoNodeTakesIsConfirmedAndWaitsInTheLogForOneThatComesLater() {
        long follower = newUser();

        assertThat(follow(follower, newUser()).statusCode()).isEqualTo(201);

        await().atMost(Duration.ofSeconds(20)).until(() -> confirmed() == 1);
        assertThat(send(request("/log?after=0", services.issue("im-server", "log:read"))
                                .GET())
                        .body())
                .contains("\"user_id\":" + follower);
        assertThat(metrics.find("follow.relay.failures").counters()).allMatch(counter -> counter.count() == 0);
    }

    private long confirmed() {
        return sql.sql("SELECT confirmed_seq FROM relay").query(Long.class).single();
    }
}
