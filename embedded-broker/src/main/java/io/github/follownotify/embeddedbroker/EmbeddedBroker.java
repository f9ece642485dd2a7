package io.github.follownotify.embeddedbroker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Container;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHost;
import org.apache.qpid.server.model.VirtualHostNode;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A running AMQP 0-9-1 broker in memory, reachable from this machine only, with RabbitMQ's development account.
 *
 * <p>Its threads are not daemons: a broker that is not closed keeps the JVM alive. After {@link #close()} another one
 * can be started on the same port; it begins empty.
 */
public final class EmbeddedBroker implements AutoCloseable {

    public static final String HOST = "127.0.0.1";
    public static final String USERNAME = "guest";
    public static final String PASSWORD = "guest";

    private static final int ANY_FREE_PORT = 0;

    /** What Qpid would otherwise decide in favour of a server with many tenants and a disk. */
    private static final Map<String, String> CONTEXT = Map.of(
            // A connection that hangs while it is closed must not hold up the end of the process for half a minute.
            "broker.shutdownTimeout", "3",
            "broker.failStartupWithErroredChild", "true",
            // Its default is made for hundreds of connections; it must be larger than the number of selectors.
            "virtualhost.connectionThreadPool.size", "8",
            "virtualhost.connectionThreadPool.numberOfSelectors", "1",
            // Message time to live is noticed within half a second.
            "qpid.broker.housekeepingCheckPeriod", "500",
            "virtualhost.housekeepingCheckPeriod", "500",
            // Queues that are declared on a bare channel pass no customizer: without the first Qpid closes their
            // connection, without the second it redelivers what they reject, for ever.
            "queue.behaviourOnUnknownDeclareArgument", "IGNORE",
            "exchange.behaviourOnUnknownDeclareArgument", "IGNORE",
            "queue.maximumDeliveryAttempts", "1");

    private final SystemLauncher launcher;
    private final Path workDirectory;
    private final int port;

    private EmbeddedBroker(SystemLauncher launcher, Path workDirectory, int port) {
        this.launcher = launcher;
        this.workDirectory = workDirectory;
        this.port = port;
    }

    /** Starts a broker on a free port. */
    public static EmbeddedBroker start() {
        return start(ANY_FREE_PORT);
    }

    /**
     * @param port port on the loopback address; 0 for any free one
     * @throws IllegalStateException when it cannot start, which names the port when that is taken
     */
    public static EmbeddedBroker start(int port) {
        requireFree(port);
        QuietBroker.lowerLogLevels();
        AtomicReference<@Nullable SystemConfig<?>> system = new AtomicReference<>();
        SystemLauncher launcher = new SystemLauncher(new DefaultSystemLauncherListener() {
            @Override
            public void onContainerResolve(SystemConfig<?> resolved) {
                system.set(resolved);
            }
        });
        Path workDirectory = createWorkDirectory();
        try {
            launcher.startup(Map.of(
                    "type",
                    "Memory",
                    "initialConfigurationLocation",
                    workDirectory.resolve("broker.json").toUri().toString(),
                    // Empty, because Qpid's default is a classpath: URL, which no handler knows in an executable jar.
                    "initialSystemPropertiesLocation",
                    workDirectory.resolve("system.properties").toString(),
                    "startupLoggedToSystemOut",
                    false,
                    "context",
                    contextFor(port, workDirectory)));
            Container<?> container = containerOf(system.get());
            removeShutdownHook(container);
            requireActiveVirtualHost(container);
            return new EmbeddedBroker(launcher, workDirectory, boundPort(container));
        } catch (Exception failed) {
            launcher.shutdown();
            FileSystemUtils.deleteRecursively(workDirectory.toFile());
            throw new IllegalStateException("The embedded broker did not start.", failed);
        }
    }

    public int port() {
        return port;
    }

    /** Spring Boot properties with which an application uses this broker. */
    public Map<String, Object> applicationProperties() {
        return Map.of(
                "spring.rabbitmq.host", HOST,
                "spring.rabbitmq.port", port,
                "spring.rabbitmq.username", USERNAME,
                "spring.rabbitmq.password", PASSWORD,
                "follow-notify.embedded-broker", true);
    }

    /** Closes all connections, forgets all messages and frees the port; does nothing the second time. */
    @Override
    public void close() {
        launcher.shutdown();
        FileSystemUtils.deleteRecursively(workDirectory.toFile());
    }

    /** Qpid itself would print pages to standard output first and fail then. */
    private static void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException taken) {
            throw new IllegalStateException("The embedded broker cannot start: port " + port + " is taken.", taken);
        }
    }

    private static Path createWorkDirectory() {
        try {
            Path directory = Files.createTempDirectory("embedded-broker");
            Files.createFile(directory.resolve("system.properties"));
            try (InputStream configuration = EmbeddedBroker.class.getResourceAsStream("broker.json")) {
                if (configuration == null) {
                    throw new IllegalStateException("broker.json is missing beside " + EmbeddedBroker.class);
                }
                Files.copy(configuration, directory.resolve("broker.json"));
            }
            return directory;
        } catch (IOException noTemporaryFiles) {
            throw new UncheckedIOException(noTemporaryFiles);
        }
    }

    private static Map<String, String> contextFor(int port, Path workDirectory) {
        Map<String, String> context = new HashMap<>(CONTEXT);
        context.put("embedded.port", Integer.toString(port));
        context.put("qpid.work_dir", workDirectory.toString());
        return context;
    }

    private static Container<?> containerOf(@Nullable SystemConfig<?> system) {
        if (system == null) {
            throw new IllegalStateException("Qpid reported neither a broker nor a failure");
        }
        return system.getContainer();
    }

    private static int boundPort(Container<?> broker) {
        for (Port<?> port : broker.getChildren(Port.class)) {
            if (port.getState() == State.ACTIVE && port.getBoundPort() > 0) {
                return port.getBoundPort();
            }
        }
        throw new IllegalStateException("no port could be opened");
    }

    /** A virtual host that could not start is no failure to Qpid: it then refuses every connection. */
    private static void requireActiveVirtualHost(Container<?> broker) {
        for (VirtualHostNode<?> node : broker.getChildren(VirtualHostNode.class)) {
            VirtualHost<?> virtualHost = node.getVirtualHost();
            if (virtualHost == null || virtualHost.getState() != State.ACTIVE) {
                throw new IllegalStateException("virtual host " + node.getName() + " is not active");
            }
        }
    }

    /**
     * Qpid's own JVM shutdown hook would cut the connections of applications that are still stopping, which costs them
     * seconds and pages of warnings. Whoever started the broker closes it.
     */
    private static void removeShutdownHook(Container<?> broker) throws ReflectiveOperationException {
        Field hook = broker.getClass().getSuperclass().getDeclaredField("_shutdownHook");
        hook.setAccessible(true);
        Runtime.getRuntime().removeShutdownHook((Thread) hook.get(broker));
    }
}
