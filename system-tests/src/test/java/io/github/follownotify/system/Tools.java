package io.github.follownotify.system;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that some tests need beside a JDK. Where one is missing the test is skipped with the reason, or fails when
 * {@code TEST_REQUIRE_TOOLS} is {@code true}, so that a CI machine cannot lose tests silently.
 */
public final class Tools {

    private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("TEST_REQUIRE_TOOLS"));
    private static final File NOWHERE =
            new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");

    private Tools() {}

    public static void requireNode() {
        require(succeeds(List.of("node", "--version"), Path.of(".")), "node is not installed");
        require(succeeds(List.of("npm", "--version"), Path.of(".")), "npm is not installed");
    }

    static String pythonWithSocketIo() {
        return pythonWith("socketio, requests, websocket");
    }

    /** @param modules names as they stand in an import */
    static String pythonWith(String modules) {
        Optional<String> interpreter = List.of("/usr/bin/python3", "python3").stream()
                .filter(python -> succeeds(List.of(python, "-c", "import " + modules), Path.of(".")))
                .findFirst();
        require(interpreter.isPresent(), "no Python with the modules " + modules + " is installed");
        return interpreter.orElseThrow();
    }

    static void requireChromium() {
        require(
                succeeds(List.of("chromium", "--version"), Path.of("."))
                        && succeeds(List.of("chromedriver", "--version"), Path.of(".")),
                "chromium and chromedriver are not installed");
    }

    /** The proxies that docs/operations.md shows. */
    public static void requireProxies() {
        require(succeeds(List.of(find("haproxy"), "-v"), Path.of(".")), "haproxy is not installed");
        require(succeeds(List.of(find("nginx"), "-v"), Path.of(".")), "nginx is not installed");
    }

    static void requireProgram(String program) {
        require(succeeds(List.of(find(program), "--version"), Path.of(".")), program + " is not installed");
    }

    /** Path of a program on the search path or among the servers' programs, or its bare name when it is nowhere. */
    static String find(String program) {
        String everywhere = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        return Stream.of(everywhere.split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(program))
                .toString();
    }

    public static void requireServerPrograms(boolean installed) {
        require(
                installed,
                "the programs of MariaDB and RabbitMQ are not installed (packages mariadb-server, rabbitmq-server)");
    }

    static void requireSuccess(List<String> command, Path folder, String otherwise) {
        require(succeeds(command, folder), otherwise);
    }

    private static void require(boolean met, String otherwise) {
        if (REQUIRED) {
            Assertions.assertTrue(met, otherwise);
        }
        Assumptions.assumeTrue(met, otherwise);
    }

    private static boolean succeeds(List<String> command, Path folder) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(NOWHERE)
                    .start();
            return process.waitFor(5, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
