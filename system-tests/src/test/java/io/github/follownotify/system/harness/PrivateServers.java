package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB and a RabbitMQ with data folders of their own, on ports of their own, so that they can be killed without
 * asking anybody. Needs both servers' programs, as the packages mariadb-server and rabbitmq-server install them.
 */
final class PrivateServers implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path RABBITMQ = Path.of("/usr/lib/rabbitmq/bin");

    final int databasePort = ServiceProcess.freePort();
    final int brokerPort = ServiceProcess.freePort();

    private final Path folder;
    private final String node = "harness" + brokerPort + "@localhost";
    private final Map<String, String> brokerEnvironment;
    private @Nullable Process database;
    private @Nullable Process broker;

    PrivateServers(Path folder) {
        this.folder = folder.toAbsolutePath();
        this.brokerEnvironment = Map.of(
                "HOME", this.folder.toString(),
                "RABBITMQ_NODENAME", node,
                "RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1",
                "RABBITMQ_NODE_PORT", String.valueOf(brokerPort),
                "RABBITMQ_DIST_PORT", String.valueOf(ServiceProcess.freePort()),
                "RABBITMQ_MNESIA_BASE", this.folder.resolve("rabbitmq").toString(),
                "RABBITMQ_LOG_BASE", this.folder.resolve("rabbitmq-log").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                        this.folder.resolve("enabled_plugins").toString(),
                "RABBITMQ_CONFIG_FILE", this.folder.resolve("none").toString(),
                "ERL_EPMD_ADDRESS", "127.0.0.1");
    }

    static boolean areInstalled() {
        return Files.isExecutable(Path.of("/usr/sbin/mariadbd"))
                && Files.isExecutable(RABBITMQ.resolve("rabbitmq-server"));
    }

    void start() {
        try {
            Files.createDirectories(folder.resolve("mariadb"));
            Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
        run(
                List.of(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--auth-root-authentication-method=normal",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + folder.resolve("mariadb")),
                Map.of());
        startDatabase();
        startBroker();
        execute("CREATE DATABASE follow_notify CHARACTER SET utf8mb4");
        execute("CREATE USER 'harness'@'%' IDENTIFIED BY 'harness'");
        execute("GRANT ALL ON follow_notify.* TO 'harness'@'%'");
    }

    void startDatabase() {
        database = launch(
                List.of(
                        "/usr/sbin/mariadbd",
                        "--no-defaults",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + folder.resolve("mariadb"),
                        "--socket=" + folder.resolve("mariadb.sock"),
                        "--pid-file=" + folder.resolve("mariadb.pid"),
                        "--bind-address=127.0.0.1",
                        "--skip-name-resolve",
                        "--port=" + databasePort),
                Map.of(),
                "mariadb.out");
        awaitPort("MariaDB", databasePort);
        Awaitility.await("MariaDB answers").atMost(LIMIT).ignoreExceptions().until(() -> {
            execute("SELECT 1");
            return true;
        });
    }

    void startBroker() {
        broker = launch(List.of(RABBITMQ.resolve("rabbitmq-server").toString()), brokerEnvironment, "rabbitmq.out");
        awaitPort("RabbitMQ", brokerPort);
    }

    void killDatabase() {
        kill(database);
    }

    /**
     * Makes MariaDB refuse every write of users without special privileges, as after a failover, or lets them write
     * again.
     */
    void readOnly(boolean on) {
        execute("SET GLOBAL read_only = " + (on ? "ON" : "OFF"));
    }

    void killBroker() {
        kill(broker);
    }

    void stopBrokerApplication() {
        run(List.of(RABBITMQ.resolve("rabbitmqctl").toString(), "-n", node, "stop_app"), brokerEnvironment);
    }

    void startBrokerApplication() {
        run(List.of(RABBITMQ.resolve("rabbitmqctl").toString(), "-n", node, "start_app"), brokerEnvironment);
        awaitPort("RabbitMQ", brokerPort);
    }

    /** Sets off RabbitMQ's memory alarm, or ends it: while it lasts, the broker reads nothing from publishers. */
    void alarm(boolean on) {
        run(
                List.of(
                        RABBITMQ.resolve("rabbitmqctl").toString(),
                        "-n",
                        node,
                        "set_vm_memory_high_watermark",
                        on ? "0.00001" : "0.4"),
                brokerEnvironment);
    }

    @Override
    public void close() {
        kill(broker);
        kill(database);
    }

    private void execute(String sql) {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + databasePort + "/", "root", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException refused) {
            throw new IllegalStateException(sql, refused);
        }
    }

    private static void awaitPort(String server, int port) {
        Awaitility.await(server + " listens on " + port)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                });
    }

    private static void kill(@Nullable Process process) {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Process launch(List<String> command, Map<String, String> environment, String log) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(folder.resolve(log).toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(process)));
            return process;
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    private void run(List<String> command, Map<String, String> environment) {
        Process process = launch(new ArrayList<>(command), environment, "commands.out");
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command + " failed, see " + folder.resolve("commands.out"));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
