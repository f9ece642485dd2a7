package io.github.follownotify.follow;

import io.github.follownotify.jwt.TokenCommand;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Keeps who follows whom, and the log of notifications that im-server delivers. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class FollowApi {

    public static void main(String[] arguments) {
        TokenCommand.runIfAsked(arguments);
        SpringApplication application = new SpringApplication(FollowApi.class);
        application.setDefaultProperties(Map.of("spring.config.name", "follow-api"));
        application.run(arguments);
    }
}
