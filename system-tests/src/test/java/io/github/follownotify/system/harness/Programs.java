package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Runs the programs of servers in a folder, where their output lies, too. Servers end with this JVM at the latest. */
final class Programs {

    static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path folder;

    Programs(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    /** Absolute path of something in the folder. */
    Path path(String name) {
        return folder.resolve(name);
    }

    static List<String> command(String program, List<String> first, String... others) {
        return Stream.of(Stream.of(program), first.stream(), Stream.of(others))
                .flatMap(Function.identity())
                .toList();
    }

    /** @param log name of the file that takes the output */
    Process startServer(List<String> command, Map<String, String> environment, String log) {
        Process process = start(command, environment, null, appendingTo(log));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(process)));
        return process;
    }

    /** Runs a command to its end, which has to be a good one. */
    void run(List<String> command, Map<String, String> environment) {
        await(command, start(command, environment, null, appendingTo("commands.out")));
    }

    /** The same with the standard input from a file. */
    void runWithInput(List<String> command, Path input) {
        await(command, start(command, Map.of(), input, appendingTo("commands.out")));
    }

    /** The same with the standard output to a file. */
    void runWithOutput(List<String> command, Path output) {
        await(command, start(command, Map.of(), null, Redirect.to(output.toFile())));
    }

    static void awaitPort(String server, int port) {
        Awaitility.await(server + " listens on " + port)
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                });
    }

    static void kill(@Nullable Process process) {
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

    /** Sends a signal to a process and to all that it has started. */
    void signal(String signal, Process process) {
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).forEach(each -> signal(signal, each));
    }

    private void signal(String signal, ProcessHandle process) {
        try {
            run(List.of("kill", "-" + signal, String.valueOf(process.pid())), Map.of());
        } catch (IllegalStateException refused) {
            // The broker starts processes that end by themselves.
            if (process.isAlive()) {
                throw refused;
            }
        }
    }

    private Redirect appendingTo(String log) {
        return Redirect.appendTo(folder.resolve(log).toFile());
    }

    private Process start(
            List<String> command, Map<String, String> environment, @Nullable Path input, Redirect output) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(output)
                    .redirectError(appendingTo("commands.out"));
            if (input != null) {
                builder.redirectInput(input.toFile());
            }
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    private void await(List<String> command, Process process) {
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
