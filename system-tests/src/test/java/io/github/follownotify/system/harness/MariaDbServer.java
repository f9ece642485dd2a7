package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A MariaDB with a data folder and a port of its own. It writes a binary log, so that another one can be its replica.
 * Needs the programs of the package mariadb-server.
 */
final class MariaDbServer extends HarnessServer {

    static final String SCHEMA = "follow_notify";

    private static final Path PROGRAM = Path.of("/usr/sbin/mariadbd");

    private final String name;
    private final int serverId;

    private MariaDbServer(Programs programs, int serverId) {
        super(programs);
        this.name = "mariadb-" + serverId;
        this.serverId = serverId;
    }

    static boolean isInstalled() {
        return Files.isExecutable(PROGRAM);
    }

    /** Makes an empty one and starts it. */
    static MariaDbServer create(Programs programs, int serverId) {
        MariaDbServer server = new MariaDbServer(programs, serverId);
        programs.run(
                List.of(
                        "mariadb-install-db",
                        "--no-defaults",
                        "--auth-root-authentication-method=normal",
                        "--skip-test-db",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + server.data()),
                Map.of());
        server.start();
        // Each server has its own: what is written to its binary log must be what a replica has to repeat.
        server.execute(
                "SET sql_log_bin = 0",
                "CREATE DATABASE " + SCHEMA + " CHARACTER SET utf8mb4",
                "CREATE USER 'harness'@'%' IDENTIFIED BY 'harness'",
                "GRANT ALL ON " + SCHEMA + ".* TO 'harness'@'%'");
        return server;
    }

    void start() {
        started(programs.startServer(
                List.of(
                        PROGRAM.toString(),
                        "--no-defaults",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + data(),
                        "--socket=" + programs.path(name + ".sock"),
                        "--pid-file=" + programs.path(name + ".pid"),
                        "--bind-address=127.0.0.1",
                        "--skip-name-resolve",
                        "--port=" + port,
                        "--server-id=" + serverId,
                        "--log-bin=binlog",
                        "--binlog-format=ROW",
                        "--log-slave-updates"),
                Map.of(),
                name + ".out"));
        Programs.awaitPort("MariaDB", port);
        Awaitility.await("MariaDB answers")
                .atMost(Programs.LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    execute("SELECT 1");
                    return true;
                });
    }

    /**
     * Makes it refuse every write of users without special privileges, as after a failover, or lets them write again.
     */
    void readOnly(boolean on) {
        execute("SET GLOBAL read_only = " + (on ? "ON" : "OFF"));
    }

    /** Writes what it holds into a file, as docs/operations.md tells. */
    void backUp(Path file) {
        programs.runWithOutput(client("mariadb-dump", "--single-transaction", "--no-tablespaces", SCHEMA), file);
    }

    /** Replaces what it holds by a backup. */
    void restore(Path file) {
        programs.runWithInput(client("mariadb", SCHEMA), file);
    }

    /**
     * Begins with a copy of another one, and repeats from there what is committed on it. Returns when it has caught up.
     */
    void replicate(MariaDbServer primary) {
        Path copy = programs.path("copy.sql");
        programs.runWithOutput(
                primary.client("mariadb-dump", "--single-transaction", "--master-data=1", "--gtid", SCHEMA), copy);
        programs.runWithInput(client("mariadb", "--init-command=SET sql_log_bin = 0", SCHEMA), copy);
        execute(
                "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = " + primary.port
                        + ", MASTER_USER = 'root', MASTER_USE_GTID = slave_pos",
                "START SLAVE");
        String position = primary.ask("SELECT @@gtid_binlog_pos");
        if (!ask("SELECT MASTER_GTID_WAIT('%s', %d)".formatted(position, Programs.LIMIT.toSeconds()))
                .equals("0")) {
            throw new IllegalStateException(name + " does not follow: " + ask("SELECT @@gtid_slave_pos"));
        }
    }

    /** From now on the primary is ahead. */
    void fallBehind() {
        execute("STOP SLAVE");
    }

    /** Makes a replica the primary. */
    void promote() {
        execute("STOP SLAVE", "RESET SLAVE ALL");
    }

    /** Who follows whom. */
    Set<Follow> follows() {
        Set<Follow> follows = new HashSet<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT follower_id, target_id FROM " + SCHEMA + ".following")) {
            while (rows.next()) {
                follows.add(new Follow(rows.getLong(1), rows.getLong(2)));
            }
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
        return follows;
    }

    /** Ends it, and removes what it holds. */
    @Override
    public void close() {
        kill();
        try {
            FileSystemUtils.deleteRecursively(data());
        } catch (IOException notDeletable) {
            throw new UncheckedIOException(notDeletable);
        }
    }

    private Path data() {
        return programs.path(name);
    }

    private List<String> client(String program, String... arguments) {
        return Programs.command(
                program, List.of("--no-defaults", "--host=127.0.0.1", "--port=" + port, "--user=root"), arguments);
    }

    private String ask(String question) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return String.valueOf(answer.getString(1));
        } catch (SQLException refused) {
            throw new IllegalStateException(question, refused);
        }
    }

    private void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException refused) {
            throw new IllegalStateException(String.join("; ", statements), refused);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mysql://127.0.0.1:" + port + "/", "root", "");
    }
}
