package io.github.follownotify.bench;

import io.github.follownotify.bench.load.Waits;
import io.github.follownotify.follow.FollowApi;
import io.github.follownotify.im.ImServer;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** Both services in this JVM, on the database and the broker of the tests. */
final class InProcess implements AutoCloseable {

    static final String SECRET = "the secret of the benchmark's test, at least 32 bytes";

    private static final long START_MILLIS = 60_000;

    final String exchange = TestServices.uniqueName("im.events.bench");
    final URI api;
    final URI node;
    private final Database database = TestServices.database();
    private final ConfigurableApplicationContext followApi;
    private final ConfigurableApplicationContext imServer;

    InProcess() {
        Map<String, Object> ofApi = common();
        ofApi.put("spring.config.name", "follow-api");
        ofApi.put("spring.datasource.url", database.url());
        ofApi.put("spring.datasource.username", database.username());
        ofApi.put("spring.datasource.password", database.password());
        ofApi.put("follow.relay.exchange", exchange);
        // A machine that stands still for seconds must cost no follow.
        ofApi.put("follow.writer.timeout", "60s");
        followApi = run(ofApi, FollowApi.class);
        api = URI.create("http://127.0.0.1:" + followApi.getEnvironment().getRequiredProperty("local.server.port"));

        Map<String, Object> ofNode = common();
        ofNode.put("spring.config.name", "im-server");
        ofNode.put("im.node-id", exchange);
        ofNode.put("im.events.exchange", exchange);
        ofNode.put("im.socket.port", 0);
        ofNode.put("im.socket.shutdown-timeout", "1s");
        ofNode.put("im.log.follow-api-url", api);
        ofNode.put(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                        + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
        imServer = run(ofNode, ImServer.class);
        node = URI.create(
                "http://127.0.0.1:" + imServer.getBean(SocketServer.class).port());
        awaitReady();
    }

    /** Until then a node refuses devices that want to recover. */
    private void awaitReady() {
        HealthEndpoint health = imServer.getBean(HealthEndpoint.class);
        BooleanSupplier ready = () -> {
            HealthDescriptor readiness = health.healthForPath("readiness");
            return readiness != null && readiness.getStatus().equals(Status.UP);
        };
        if (!Waits.await(ready, START_MILLIS)) {
            throw new IllegalStateException("im-server does not get ready");
        }
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
