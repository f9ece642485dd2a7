package io.github.follownotify.follow.pythonsocketio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** A service that was not asked to publish to python-socketio's servers. */
class PythonSocketIoOffTest extends HealthyFollowApi {

    @Autowired
    private ApplicationContext context;

    @Test
    void connectsNothingAndReportsNothing() {
        assertThat(context.getBeanNamesForType(LogForwarder.class)).isEmpty();
        assertThat(context.getBeanNamesForType(Destination.class)).isEmpty();
        assertThat(context.getBeanDefinitionNames())
                .as("what Spring Boot makes of the Redis client on the class path, health indicators among it")
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("redis")
                        || name.toLowerCase(Locale.ROOT).contains("lettuce"));
    }
}
