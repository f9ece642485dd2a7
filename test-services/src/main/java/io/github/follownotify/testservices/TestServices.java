package io.github.follownotify.testservices;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.springframework.test.context.DynamicPropertyRegistry;

/** The services that this JVM's tests run against. */
public final class TestServices {

    private static final List<Database> databases = new CopyOnWriteArrayList<>();

    private TestServices() {}

    /** A fresh, empty schema. */
    public static Database database() {
        Database database = chosen().newDatabase("follow_test_" + uniqueSuffix());
        databases.add(database);
        return database;
    }

    /** The broker, one for all tests of the JVM: tests use exchange and queue names of their own. */
    public static Broker broker() {
        return chosen().broker();
    }

    /** Points a Spring context at a fresh schema. */
    public static Database registerDatabase(DynamicPropertyRegistry registry) {
        Database database = database();
        registry.add("spring.datasource.url", database::url);
        registry.add("spring.datasource.username", database::username);
        registry.add("spring.datasource.password", database::password);
        return database;
    }

    /** Points a Spring context at the broker. */
    public static void registerBroker(DynamicPropertyRegistry registry) {
        registerBroker(registry, broker().port());
    }

    /**
     * Points a Spring context at the broker through another port.
     *
     * @param port local port that leads to the broker, for example that of a {@link FaultProxy}
     */
    public static void registerBroker(DynamicPropertyRegistry registry, int port) {
        Broker broker = broker();
        registry.add("spring.rabbitmq.host", () -> port == broker.port() ? broker.host() : "127.0.0.1");
        registry.add("spring.rabbitmq.port", () -> port);
        registry.add("spring.rabbitmq.username", broker::username);
        registry.add("spring.rabbitmq.password", broker::password);
        registry.add("follow-notify.embedded-broker", () -> !broker.real());
    }

    /** Stops the broker itself; the test is skipped, with the reason, where the services do not permit it. */
    public static void stopBroker() {
        Assumptions.assumeTrue(
                chosen().canStopBroker(),
                "the broker of the environment cannot be stopped: TEST_RABBITMQCTL names no rabbitmqctl");
        chosen().stopBroker();
    }

    public static void startBroker() {
        chosen().startBroker();
    }

    /** A name that no other test uses. */
    public static String uniqueName(String prefix) {
        return prefix + "." + uniqueSuffix();
    }

    private static String uniqueSuffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    private static Services chosen() {
        return Chosen.SERVICES;
    }

    /** Chosen at first use, because starting containers for a test that needs none would only cost time. */
    private static final class Chosen {

        private static final Services SERVICES = choose();

        private static Services choose() {
            Services services =
                    switch (System.getenv().getOrDefault("TEST_SERVICES", "")) {
                        case "testcontainers" -> new ContainerServices();
                        case "environment" -> new EnvironmentServices(System.getenv());
                        case "embedded" -> new EmbeddedServices();
                        case "" -> chooseByWhatAnswers();
                        default ->
                            throw new IllegalArgumentException(
                                    "TEST_SERVICES must be testcontainers, environment or embedded, was "
                                            + System.getenv("TEST_SERVICES"));
                    };
            System.out.println("Test services: " + services.description());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                databases.forEach(Database::close);
                services.close();
            }));
            return services;
        }

        private static Services chooseByWhatAnswers() {
            if (ContainerServices.dockerAnswers()) {
                return new ContainerServices();
            }
            return EnvironmentServices.isNamedIn(System.getenv())
                    ? new EnvironmentServices(System.getenv())
                    : new EmbeddedServices();
        }
    }
}
