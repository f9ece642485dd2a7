package io.github.follownotify.bench.targets;

import io.github.follownotify.bench.command.Arguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders of one comparison, and the Java it starts our services with.
 *
 * @param root the working copy
 * @param out for the report, the results and the services' logs
 * @param servers for the data of the database and the broker, removed at the end
 * @param named servers that run already; null to start own ones
 * @param databaseOptions of the own MariaDB, over the benchmark's
 */
public record Workplace(
        Path root, Path out, Path servers, Launch launch, Servers.@Nullable Named named, List<String> databaseOptions) {

    /**
     * As the image: deploy/image/serve, in a container of the memory that docker-compose.yml gives it: half of it for the
     * heap, which begins with a 64th and grows soon.
     */
    private static final String JAVA_OPTIONS =
            "-Xms12m,-Xmx384m,-XX:+UseG1GC,-XX:GCTimeRatio=99,-XX:+ExitOnOutOfMemoryError";

    public static Workplace of(Arguments arguments) {
        return of(arguments, arguments.flag("aot") ? Launch.Aot.USE : Launch.Aot.OFF);
    }

    /** For services that record. */
    public static Workplace recording(Arguments arguments) {
        return of(arguments, Launch.Aot.RECORD);
    }

    private static Workplace of(Arguments arguments, Launch.Aot aot) {
        Path root =
                Path.of(System.getProperty("bench.root", ".")).toAbsolutePath().normalize();
        String now = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneOffset.UTC));
        Path out = Path.of(arguments.text(
                        "out", root.resolve("bench/target/results").resolve(now).toString()))
                .toAbsolutePath();
        Path javaHome = Path.of(arguments.text("java", System.getProperty("java.home")));
        List<String> options = arguments.list("java-options", JAVA_OPTIONS);
        Servers.Named named = named(arguments);
        List<String> databaseOptions = arguments.list("database-options", "");
        if (named != null && !databaseOptions.isEmpty()) {
            throw new IllegalArgumentException(
                    "--database-options are of the benchmark's own MariaDB: name no servers");
        }
        try {
            Path logs = Files.createDirectories(out.resolve("logs"));
            return new Workplace(
                    root,
                    out,
                    Files.createTempDirectory("bench"),
                    new Launch(logs, javaHome, options, aot),
                    named,
                    databaseOptions);
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }

    private static Servers.@Nullable Named named(Arguments arguments) {
        String database = given(arguments, "mysql", "BENCH_MYSQL_URL", "");
        String username = given(arguments, "mysql-username", "BENCH_MYSQL_USERNAME", "root");
        String password = given(arguments, "mysql-password", "BENCH_MYSQL_PASSWORD", "");
        String broker = given(arguments, "rabbitmq", "BENCH_RABBITMQ_URI", "");
        if (database.isEmpty() != broker.isEmpty()) {
            throw new IllegalArgumentException("--mysql and --rabbitmq go together: name both servers or none");
        }
        return database.isEmpty() ? null : new Servers.Named(database, username, password, broker);
    }

    private static String given(Arguments arguments, String name, String variable, String otherwise) {
        return arguments.text(name, System.getenv().getOrDefault(variable, otherwise));
    }

    public Servers startServers() {
        return Servers.start(named, servers, databaseOptions);
    }

    public Path logs() {
        return launch.logs();
    }

    public String javaVersion() {
        try {
            return Files.readAllLines(launch.javaHome().resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
                    .findFirst()
                    .orElse("?");
        } catch (IOException noRelease) {
            return System.getProperty("java.version");
        }
    }

    public void removeServers() {
        try (Stream<Path> files = Files.walk(servers)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException stillWritten) {
            System.err.println("Left behind: " + servers);
        }
    }
}
