package io.github.follownotify.bench;

import io.github.follownotify.follow.FollowApi;
import io.github.follownotify.im.ImServer;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Both services in this JVM, on the database and the broker of the tests. */
final class InProcess implements AutoCloseable {

    static final String SECRET = "the secret of the benchmark's test, at least 32 bytes";

    final String exchange = TestServices.uniqueName("im.events.bench");
    final URI api;
    final URI node;
    private final Database database = TestServices.database();
    private final ConfigurableApplicationContext followApi;
    private final ConfigurableApplicationContext imServer;

    InProcess(int socketPort) {
        Map<String, Object> ofApi = common();
        ofApi.put("spring.config.name", "follow-api");
        ofApi.put("spring.datasource.url", database.url());
        ofApi.put("spring.datasource.username", database.username());
        ofApi.put("spring.datasource.password", database.password());
        ofApi.put("follow.relay.exchange", exchange);
        followApi = run(ofApi, FollowApi.class);
        api = URI.create("http://127.0.0.1:" + followApi.getEnvironment().getRequiredProperty("local.server.port"));

        Map<String, Object> ofNode = common();
        ofNode.put("spring.config.name", "im-server");
        ofNode.put("im.node-id", exchange);
        ofNode.put("im.events.exchange", exchange);
        ofNode.put("im.socket.port", socketPort);
        ofNode.put("im.socket.shutdown-timeout", "1s");
        ofNode.put("im.log.follow-api-url", api);
        ofNode.put(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                        + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
        imServer = run(ofNode, ImServer.class);
        node = URI.create("http://127.0.0.1:" + socketPort);
    }

    @Override
    public void close() {
        imServer.close();
        followApi.close();
        database.close();
    }

    private static Map<String, Object> common() {
        Broker broker = TestServices.broker();
        Map<String, Object> properties = new HashMap<>();
        properties.put("jwt.secret", SECRET);
        properties.put("server.port", 0);
        properties.put("management.server.port", 0);
        properties.put("logging.level.root", "warn");
        properties.put("spring.rabbitmq.host", broker.host());
        properties.put("spring.rabbitmq.port", broker.port());
        properties.put("spring.rabbitmq.username", broker.username());
        properties.put("spring.rabbitmq.password", broker.password());
        properties.put("follow-notify.embedded-broker", !broker.real());
        return properties;
    }

    private static ConfigurableApplicationContext run(Map<String, Object> properties, Class<?> service) {
        SpringApplication application = new SpringApplication(service);
        application.setBannerMode(Banner.Mode.OFF);
        return application.run(properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
    }
}
