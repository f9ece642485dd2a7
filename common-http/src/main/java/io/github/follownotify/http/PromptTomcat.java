package io.github.follownotify.http;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Gives every Tomcat {@link PromptHttp11Protocol}, also one that serves a management port alone. */
@AutoConfiguration
public class PromptTomcat {

    @Bean
    static WebServerFactoryCustomizer<TomcatServletWebServerFactory> promptHttp() {
        return tomcat -> tomcat.setProtocol(PromptHttp11Protocol.class.getName());
    }
}
