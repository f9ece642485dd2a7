package io.github.follownotify.quickstart;

import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the quick start adds to follow-api. */
@Configuration(proxyBeanMethods = false)
class DemoConfiguration {

    @Bean
    DemoTokens demoTokens(TokenSettings settings) {
        return new DemoTokens(settings, Clock.systemUTC());
    }

    @Bean
    DemoSession demoSession(
            DemoTokens tokens,
            @Value("${quickstart.socket-port}") int socketPort,
            @Value("${quickstart.local-only}") boolean localOnly) {
        return new DemoSession(tokens, socketPort, localOnly);
    }
}
