package io.github.follownotify.bench.targets;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.machine.Proc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The MariaDB or MySQL and the RabbitMQ that all targets stand on: own ones, on free ports, with empty data folders, or
 * those that the user names.
 */
public final class Servers implements AutoCloseable {

    private static final String RABBITMQ = "/usr/lib/rabbitmq/bin/";
    private static final String MARIADBD = "/usr/sbin/mariadbd";

    private static final int HANDSHAKE_MILLIS = 60_000;

    final String databaseHost;
    final int databasePort;
    final String databaseUsername;
    final String databasePassword;
    final URI broker;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private @Nullable PrivateBroker privateBroker;

    private Servers(URI database, String username, String password, URI broker) {
        this.databaseHost = database.getHost();
        this.databasePort = database.getPort() < 0 ? 3306 : database.getPort();
        this.databaseUsername = username;
        this.databasePassword = password;
        this.broker = broker;
    }

    /**
     * @param named those that run already; null to start both
     * @param folder for the data of those that are started
     * @param databaseOptions of the MariaDB that is started
     */
    static Servers start(@Nullable Named named, Path folder, List<String> databaseOptions) {
        if (named != null) {
            return new Servers(
                    URI.create(named.database().replaceFirst("^jdbc:", "")),
                    named.username(),
                    named.password(),
                    URI.create(named.broker()));
        }
        if (!Files.isExecutable(Path.of(MARIADBD)) || !Files.isExecutable(Path.of(RABBITMQ + "rabbitmq-server"))) {
            throw new IllegalStateException(
                    "Install mariadb-server and rabbitmq-server (apt-get install), or name running ones:"
                            + " BENCH_MYSQL_URL=jdbc:mysql://127.0.0.1:3306/ BENCH_MYSQL_USERNAME=… BENCH_MYSQL_PASSWORD=…"
                            + " BENCH_RABBITMQ_URI=amqp://guest:guest@127.0.0.1:5672");
        }
        return startPrivate(folder, databaseOptions);
    }

    /**
     * Servers that run already.
     *
     * @param database JDBC address
     * @param broker AMQP address
     */
    public record Named(String database, String username, String password, String broker) {}

    private static Servers startPrivate(Path folder, List<String> databaseOptions) {
        int databasePort = Launched.freePort();
        PrivateBroker broker = new PrivateBroker(folder);
        Servers servers = new Servers(
                URI.create("mysql://127.0.0.1:" + databasePort),
                "bench",
                "bench",
                URI.create("amqp://guest:guest@127.0.0.1:" + broker.port));
        servers.privateBroker = broker;
        try {
            Launched database = startDatabase(folder, databasePort, databaseOptions);
            servers.started.push(database);
            servers.started.push(broker);
            broker.start();
            broker.await();
            database.await(() -> createUser(folder));
        } catch (RuntimeException failed) {
            servers.close();
            throw failed;
        }
        return servers;
    }

    private static Launched startDatabase(Path folder, int port, List<String> options) {
        Path data = folder.resolve("mariadb");
        String user = "--user=" + System.getProperty("user.name");
        Launched.run(
                "mariadb-install-db",
                List.of(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db",
                        user,
                        "--datadir=" + data),
                folder,
                Map.of(),
                folder.resolve("mariadb.log"));
        List<String> command = new ArrayList<>(List.of(
                MARIADBD,
                "--no-defaults",
                user,
                "--datadir=" + data,
                "--socket=" + folder.resolve("mariadb.sock"),
                "--pid-file=" + folder.resolve("mariadb.pid"),
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=512M",
                "--max-connections=300",
                "--port=" + port));
        // The last one of an option counts.
        command.addAll(options);
        return Launched.start("MariaDB", command, folder, Map.of(), folder.resolve("mariadb.log"));
    }

    private static boolean createUser(Path folder) {
        try {
            Launched.run(
                    "mariadb",
                    List.of(
                            "mariadb",
                            "--no-defaults",
                            "--socket=" + folder.resolve("mariadb.sock"),
                            "-uroot",
                            "-e",
                            "CREATE USER IF NOT EXISTS bench@'%' IDENTIFIED BY 'bench'; GRANT ALL ON *.* TO bench@'%'"),
                    folder,
                    Map.of(),
                    folder.resolve("mariadb.log"));
            return true;
        } catch (IllegalStateException notYet) {
            return false;
        }
    }

    String jdbcUrl(String schema) {
        return "jdbc:mysql://" + databaseHost + ":" + databasePort + "/" + schema;
    }

    public java.sql.Connection connect(String schema) throws SQLException {
        return DriverManager.getConnection(
                jdbcUrl(schema) + "?rewriteBatchedStatements=true", databaseUsername, databasePassword);
    }

    public void execute(String sql) {
        try (java.sql.Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException refused) {
            throw new IllegalStateException(sql, refused);
        }
    }

    /** For a broker that may be under load when clients connect. */
    public static ConnectionFactory connectionFactory(URI broker) throws URISyntaxException, GeneralSecurityException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(broker);
        factory.setHandshakeTimeout(HANDSHAKE_MILLIS);
        return factory;
    }

    public Connection connectToBroker() {
        try {
            ConnectionFactory factory = connectionFactory(broker);
            factory.setAutomaticRecoveryEnabled(false);
            return factory.newConnection("bench");
        } catch (IOException | TimeoutException | URISyntaxException | GeneralSecurityException unreachable) {
            throw new IllegalStateException("The broker does not answer", unreachable);
        }
    }

    /** Of the servers alone. */
    public Meter meter() {
        return new Meter(processes());
    }

    /** The processes of both, where they run on this machine. */
    Map<String, Set<Long>> processes() {
        Map<String, Set<Long>> processes = new HashMap<>();
        Proc.listeningOn(broker.getPort() < 0 ? 5672 : broker.getPort())
                .ifPresent(pid -> processes.put("broker", Set.of(pid)));
        Proc.listeningOn(databasePort).ifPresent(pid -> processes.put("database", Set.of(pid)));
        return processes;
    }

    /** What the broker is to do without being asked by a client: only where it is the benchmark's own. */
    public void brokerControl(String... command) {
        if (privateBroker == null) {
            throw new IllegalStateException(
                    "The broker of the environment is not the benchmark's own to " + command[0]);
        }
        privateBroker.control(command);
    }

    public boolean ownBroker() {
        return privateBroker != null;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception ignored) {
                // Whatever one server thinks about its end, the other has to be closed too.
            }
        }
    }

    /** RabbitMQ on ports of its own, with a port mapper of its own. */
    private static final class PrivateBroker implements AutoCloseable {

        final int port = Launched.freePort();
        private final int mapperPort = Launched.freePort();
        private final Path folder;
        private final Map<String, String> environment;
        private @Nullable Launched server;

        PrivateBroker(Path folder) {
            this.folder = folder;
            this.environment = Map.ofEntries(
                    Map.entry("HOME", folder.toString()),
                    Map.entry("ERL_EPMD_PORT", String.valueOf(mapperPort)),
                    Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                    Map.entry("RABBITMQ_NODENAME", "bench@localhost"),
                    Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                    Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
                    Map.entry("RABBITMQ_DIST_PORT", String.valueOf(Launched.freePort())),
                    Map.entry("RABBITMQ_CONFIG_FILE", folder.resolve("none").toString()),
                    Map.entry(
                            "RABBITMQ_ENABLED_PLUGINS_FILE",
                            folder.resolve("enabled_plugins").toString()),
                    Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("rabbitmq").toString()),
                    Map.entry(
                            "RABBITMQ_LOG_BASE", folder.resolve("rabbitmq-log").toString()));
        }

        void start() {
            try {
                Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
            } catch (IOException notWritable) {
                throw new UncheckedIOException(notWritable);
            }
            server = Launched.start(
                    "RabbitMQ",
                    List.of(RABBITMQ + "rabbitmq-server"),
                    folder,
                    environment,
                    folder.resolve("rabbitmq.log"));
        }

        void await() {
            if (server != null) {
                server.awaitPort(port);
                control("await_startup");
            }
        }

        void control(String... command) {
            List<String> all = new ArrayList<>(List.of(RABBITMQ + "rabbitmqctl"));
            all.addAll(List.of(command));
            Launched.run("rabbitmqctl", all, folder, environment, folder.resolve("rabbitmqctl.log"));
        }

        @Override
        public void close() {
            try {
                // The shell around the server passes no signal on.
                control("shutdown", "--timeout", "20");
            } catch (RuntimeException alreadyGone) {
                // then the shell ends by itself
            }
            if (server != null) {
                server.close();
            }
            Launched.run(
                    "epmd",
                    List.of("sh", "-c", "epmd -port " + mapperPort + " -kill || true"),
                    folder,
                    environment,
                    folder.resolve("rabbitmqctl.log"));
        }
    }
}
