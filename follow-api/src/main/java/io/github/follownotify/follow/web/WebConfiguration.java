package io.github.follownotify.follow.web;

import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenVerifier;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Filters in order: the length of the response; the body; CORS, so that pages can read refusals, too; authentication. */
@Configuration(proxyBeanMethods = false)
class WebConfiguration implements WebMvcConfigurer {

    private static final Duration PREFLIGHT_IS_REMEMBERED = Duration.ofHours(1);

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArguments());
    }

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ProblemWriter problemWriter(JsonMapper json) {
        return new ProblemWriter(json);
    }

    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter(ApiSettings settings) {
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(settings.allowedOrigins());
        rules.setAllowedMethods(List.of(
                HttpMethod.GET.name(), HttpMethod.POST.name(), HttpMethod.PUT.name(), HttpMethod.DELETE.name()));
        rules.setAllowedHeaders(List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.CONTENT_TYPE, TraceParent.HEADER));
        rules.setExposedHeaders(List.of(HttpHeaders.LINK, HttpHeaders.WWW_AUTHENTICATE, HttpHeaders.RETRY_AFTER));
        rules.setMaxAge(PREFLIGHT_IS_REMEMBERED);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration("/**", rules);
        FilterRegistrationBean<CorsFilter> filter = ordered(new CorsFilter(source), 1);
        // Without origins nothing is configured, and a request that happens to have an Origin is like any other.
        filter.setEnabled(!settings.allowedOrigins().isEmpty());
        return filter;
    }

    @Bean
    FilterRegistrationBean<TokenFilter> tokenFilter(
            TokenVerifier users, ServiceTokens services, ProblemWriter problems, ApiSettings settings) {
        return ordered(new TokenFilter(users, services, problems, settings.publicPaths()), 2);
    }

    @Bean
    FilterRegistrationBean<BodyFilter> bodyFilter(ProblemWriter problems, ApiSettings settings) {
        return ordered(
                new BodyFilter(Math.toIntExact(settings.maximumBody().toBytes()), settings.bodyTimeout(), problems), 0);
    }

    @Bean
    FilterRegistrationBean<ContentLengthFilter> contentLengthFilter() {
        FilterRegistrationBean<ContentLengthFilter> filter = ordered(new ContentLengthFilter(), -1);
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
        return filter;
    }

    /** Strings, fractions and booleans are not user ids, and with duplicate targets it is unclear which was meant. */
    @Bean
    JsonMapperBuilderCustomizer strictInput() {
        return mapper -> mapper.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    }

    /** Last, so that its valve comes after Spring Boot's and reports first. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat() {
        return tomcat -> tomcat.addContextCustomizers(context -> {
            context.getParent().getPipeline().addValve(new ProblemErrorReport());
            context.getParent().getPipeline().addValve(new UnreadBodies());
        });
    }

    private static <F extends Filter> FilterRegistrationBean<F> ordered(F filter, int order) {
        FilterRegistrationBean<F> registration = new FilterRegistrationBean<>(filter);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.setOrder(order);
        return registration;
    }
}
