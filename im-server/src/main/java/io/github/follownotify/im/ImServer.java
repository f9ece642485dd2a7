package io.github.follownotify.im;

import io.github.follownotify.jwt.TokenCommand;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Emits each event from the broker to the connected devices of the user it is for. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ImServer {

    public static void main(String[] arguments) {
        TokenCommand.runIfAsked(arguments);
        SpringApplication application = new SpringApplication(ImServer.class);
        application.setDefaultProperties(Map.of("spring.config.name", "im-server"));
        application.run(arguments);
    }
}
