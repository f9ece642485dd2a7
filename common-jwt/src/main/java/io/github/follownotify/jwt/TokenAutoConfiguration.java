package io.github.follownotify.jwt;

import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Gives each service its {@link TokenVerifier} and its {@link ServiceTokens}, or stops it at start. */
@AutoConfiguration
@EnableConfigurationProperties(TokenSettings.class)
class TokenAutoConfiguration {

    @Bean
    TokenKeys tokenKeys(TokenSettings settings) {
        return TokenKeys.of(settings);
    }

    @Bean
    @ConditionalOnMissingBean
    TokenVerifier tokenVerifier(TokenSettings settings, TokenKeys keys, ObjectProvider<Clock> clock) {
        return new TokenVerifier(settings, keys, clock.getIfAvailable(Clock::systemUTC));
    }

    @Bean
    @ConditionalOnMissingBean
    ServiceTokens serviceTokens(TokenKeys keys, ObjectProvider<Clock> clock) {
        return new ServiceTokens(keys, clock.getIfAvailable(Clock::systemUTC));
    }
}
