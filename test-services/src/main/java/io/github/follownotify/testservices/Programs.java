package io.github.follownotify.testservices;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that some tests need beside a JDK. Where one is missing the test is skipped with the reason, or fails when
 * {@code TEST_REQUIRE_TOOLS} is {@code true}, so that a CI machine cannot lose tests silently.
 */
public final class Programs {

    private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("TEST_REQUIRE_TOOLS"));
    private static final File NOWHERE =
            new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");

    private static final int FIRST_PORT = 12_000;
    private static final int END_OF_PORTS = 32_768;

    private Programs() {}

    public static void require(boolean met, String otherwise) {
        if (REQUIRED) {
            Assertions.assertTrue(met, otherwise);
        }
        Assumptions.assumeTrue(met, otherwise);
    }

    public static void requireProgram(String program) {
        require(succeeds(List.of(find(program), "--version"), Path.of(".")), program + " is not installed");
    }

    /** Path of a program on the search path or among the servers' programs, or its bare name when it is nowhere. */
    public static String find(String program) {
        String everywhere = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
        return Stream.of(everywhere.split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(program))
                .toString();
    }

    /** Whether a command ends well; its output is dropped. */
    public static boolean succeeds(List<String> command, Path folder) {
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

    /**
     * A port that is free now and stays so until a process has started: not one of those that the system gives to
     * outgoing connections (from 32768 on Linux), of which the tests open thousands.
     */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, END_OF_PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // the next one
            } catch (IOException noPort) {
                throw new UncheckedIOException(noPort);
            }
        }
    }
}
