package io.github.follownotify.follow;

import io.github.follownotify.testservices.TestServices;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The service with everything it needs. One context for all classes that extend this. */
public abstract class HealthyFollowApi extends RunningFollowApi {

    protected static final String EXCHANGE = TestServices.uniqueName("follow.test");

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry registry) {
        TestServices.registerDatabase(registry);
        TestServices.registerBroker(registry);
        registry.add("follow.relay.exchange", () -> EXCHANGE);
    }
}
