package io.github.follownotify.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A Redis of a test's own, which can be stopped and started again at its address. */
final class RedisServer implements AutoCloseable {

    private final int port = ServiceProcess.freePort();
    private Process process;

    RedisServer() {
        Tools.requireProgram("redis-server");
        process = launch();
    }

    String uri() {
        return "redis://127.0.0.1:" + port;
    }

    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void restart() {
        process = launch();
    }

    @Override
    public void close() {
        stop();
    }

    private Process launch() {
        try {
            Path log = Files.createDirectories(Path.of("target", "logs")).resolve("redis-" + port + ".log");
            Process started = new ProcessBuilder(List.of(
                            Tools.find("redis-server"),
                            "--port",
                            String.valueOf(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--dir",
                            System.getProperty("java.io.tmpdir")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            Awaitility.await("Redis accepts connections").atMost(Device.LIMIT).until(this::accepts);
            return started;
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
