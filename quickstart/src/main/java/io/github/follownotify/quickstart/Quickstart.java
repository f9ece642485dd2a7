package io.github.follownotify.quickstart;

import io.github.follownotify.embeddedbroker.EmbeddedBroker;
import io.github.follownotify.follow.FollowApi;
import io.github.follownotify.im.ImServer;
import java.net.URI;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;

/**
 * The complete system in one process: embedded broker, in-memory database, follow-api with the page, and im-server.
 *
 * <p>Each part starts after those it needs; they stop in reverse order. Nothing outlives the process.
 */
public final class Quickstart implements AutoCloseable {

    private static final int SECRET_BYTES = 48;

    private final QuickstartSettings settings;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable DemoTokens tokens;

    private Quickstart(QuickstartSettings settings) {
        this.settings = settings;
    }

    public static void main(String[] arguments) throws InterruptedException {
        TokenOfRunningQuickstart.runIfAsked(arguments);
        try {
            System.out.println("Starting Follow Notify: broker, database, follow-api and im-server in one process …");
            Quickstart quickstart = start(arguments);
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                quickstart.close();
                                stopped.countDown();
                            },
                            "quickstart-stop"));
            System.out.println(Welcome.to(quickstart));
            stopped.await();
        } catch (UnusableSettingsException unusable) {
            System.err.println(unusable.getMessage());
            System.exit(1);
        } catch (RuntimeException alreadyReported) {
            // Spring has said what is wrong; some of what was started may keep the process alive.
            System.err.println("The quick start did not start: " + alreadyReported.getMessage());
            System.exit(1);
        }
    }

    /**
     * @param arguments such as {@code --quickstart.port=0}; see {@link QuickstartSettings}
     * @return when both services answer
     */
    public static Quickstart start(String... arguments) {
        Quickstart quickstart = new Quickstart(QuickstartSettings.of(arguments).withFreePorts());
        try {
            quickstart.startAll();
            return quickstart;
        } catch (RuntimeException failed) {
            quickstart.close();
            throw failed;
        }
    }

    /** Address of the page and of the HTTP API, without a slash at its end. */
    public URI url() {
        return URI.create("http://%s:%d".formatted(settings.host(), settings.port()));
    }

    /** Address that a Socket.IO client connects to. */
    public URI socketUrl() {
        return URI.create("http://%s:%d".formatted(settings.host(), settings.socketPort()));
    }

    /** A token with which the user may call both services. */
    public String token(long userId, Duration validFor) {
        if (tokens == null) {
            throw new IllegalStateException("The quick start is not running.");
        }
        return tokens.issue(userId, validFor);
    }

    /** Stops everything, the last started first; does nothing the second time. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception ignored) {
                // A part that fails to close must not keep the others open.
            }
        }
    }

    private void startAll() {
        EmbeddedBroker broker = EmbeddedBroker.start();
        started.push(broker);
        Map<String, Object> common = common(broker);

        String database = "jdbc:h2:mem:" + UUID.randomUUID();
        started.push(() -> shutDown(database));

        Map<String, Object> followApi = new HashMap<>(common);
        followApi.put("spring.config.name", "follow-api");
        followApi.put("server.port", settings.port());
        followApi.put("management.server.port", settings.managementPort());
        followApi.put("management.server.address", settings.address());
        followApi.put(
                "spring.datasource.url",
                database + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
                        // It ends when we close it: not with its last connection, nor from a shutdown hook of its own.
                        + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE");
        followApi.put("spring.datasource.username", "sa");
        followApi.put("spring.datasource.password", "");
        followApi.put("spring.web.resources.static-locations", "classpath:/quickstart/");
        followApi.put("spring.web.resources.cache.cachecontrol.no-cache", true);
        followApi.put("follow.api.public-paths", "/livez,/readyz,/,/index.html,/demo/**");
        followApi.put("quickstart.socket-port", settings.socketPort());
        followApi.put("quickstart.local-only", settings.isLocalOnly());
        ConfigurableApplicationContext followContext = run(followApi, FollowApi.class, DemoConfiguration.class);
        started.push(followContext);
        DemoTokens tokens = followContext.getBean(DemoTokens.class);
        this.tokens = tokens;

        Map<String, Object> imServer = new HashMap<>(common);
        imServer.put("spring.config.name", "im-server");
        imServer.put("server.port", settings.socketManagementPort());
        imServer.put("im.node-id", "quickstart");
        imServer.put("im.socket.host", settings.address());
        imServer.put("im.socket.port", settings.socketPort());
        imServer.put("im.socket.allowed-origins", "*");
        imServer.put("im.socket.shutdown-timeout", "1s");
        imServer.put("im.log.follow-api-url", url());
        imServer.put("spring.web.resources.add-mappings", false);
        // follow-api's libraries are on this class path too.
        imServer.put(
                "spring.autoconfigure.exclude",
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
                        + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
                        + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration,"
                        + "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration");
        started.push(run(imServer, ImServer.class));
        warmUp(tokens);
    }

    private void warmUp(DemoTokens tokens) {
        try {
            new WarmUp(url(), socketUrl(), tokens).run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception cold) {
            // Then the first follow is the slow one. Whoever tries it will see what does not work.
        }
    }

    private Map<String, Object> common(EmbeddedBroker broker) {
        Map<String, Object> properties = new HashMap<>(broker.applicationProperties());
        if (!isSecretGiven()) {
            properties.put("jwt.secret", randomSecret());
        }
        properties.put("server.address", settings.address());
        properties.put("logging.level.root", settings.log());
        properties.put("logging.level.org.flywaydb.core.internal.database.base.Database", "error");
        // An open page must not delay the shutdown.
        properties.put("spring.lifecycle.timeout-per-shutdown-phase", "2s");
        return properties;
    }

    private static ConfigurableApplicationContext run(Map<String, Object> properties, Class<?>... sources) {
        SpringApplication application = new SpringApplication(sources);
        application.setBannerMode(Banner.Mode.OFF);
        // Spring would close the applications in its own order, and concurrently with the broker instead of before it.
        application.setRegisterShutdownHook(false);
        // As arguments, because what the environment says for real installations must not redirect the quick start.
        return application.run(properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
    }

    private static void shutDown(String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database + ";IFEXISTS=TRUE", "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }

    private static boolean isSecretGiven() {
        StandardEnvironment environment = new StandardEnvironment();
        ConfigurationPropertySources.attach(environment);
        return environment.containsProperty("jwt.secret") || environment.containsProperty("jwt.secret-file");
    }

    private static String randomSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return Base64.getEncoder().withoutPadding().encodeToString(secret);
    }
}
