package io.github.follownotify.bench.targets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process that the benchmark started, with its log. It never outlives the benchmark. */
final class Launched implements AutoCloseable {

    private static final int FIRST_PORT = 12_000;
    /** Where Linux begins to take the ports of outgoing connections, of which the generator has thousands. */
    private static final int END_OF_PORTS = 32_768;

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    /** A JVM that records needs half a minute to write its AOT cache. */
    private static final int STOP_SECONDS = 120;

    private static final HttpClient http =
            // Else it asks for an upgrade to HTTP/2, which a WebSocket server may take for something else.
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread atExit;

    private Launched(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.atExit = new Thread(this::kill);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static Launched start(
            String name, List<String> command, Path directory, Map<String, String> environment, Path log) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new Launched(name, builder.start(), log);
        } catch (IOException notStarted) {
            throw new UncheckedIOException(name + " cannot be started", notStarted);
        }
    }

    /** Runs a command to its end. */
    static void run(String name, List<String> command, Path directory, Map<String, String> environment, Path log) {
        try (Launched launched = start(name, command, directory, environment, log)) {
            if (!launched.process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    || launched.process.exitValue() != 0) {
                throw new IllegalStateException(name + " failed, see " + log);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    long pid() {
        return process.pid();
    }

    void awaitPort(int port) {
        await(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** Until an address answers 200. */
    void awaitReady(URI address) {
        await(() -> {
            try {
                HttpRequest request = HttpRequest.newBuilder(address)
                        .timeout(Duration.ofSeconds(5))
                        .build();
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException notYet) {
                return false;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        });
    }

    void await(BooleanSupplier ready) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended with " + process.exitValue() + ", see " + log);
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(name + " does not answer, see " + log);
            }
            pause();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException stopped) {
            kill();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exitHasBegun) {
            // then the hook has nothing left to do
        }
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    static int freePort() {
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

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
