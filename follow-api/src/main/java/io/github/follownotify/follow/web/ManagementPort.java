package io.github.follownotify.follow.web;

import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Limits of the management port's own, so that health and metrics stay reachable when callers have taken all
 * connections of the API, and so that both ports together fit the heap.
 *
 * <p>Imported into the management context by META-INF/spring; not annotated as a configuration, because then the
 * application's context would have it, too.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPort {

    private static final int MOST_CONNECTIONS = 200;
    private static final int MOST_THREADS = 20;

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    static WebServerFactoryCustomizer<TomcatServletWebServerFactory> limitsOfTheManagementPort() {
        return tomcat -> tomcat.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                protocol.setMaxConnections(MOST_CONNECTIONS);
                protocol.setMaxThreads(MOST_THREADS);
            }
        });
    }
}
