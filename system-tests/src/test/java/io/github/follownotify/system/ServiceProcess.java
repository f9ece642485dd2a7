package io.github.follownotify.system;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.github.follownotify.testservices.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One service as a process of its own, started from the jar that users start. Its log lies in target/logs. */
public final class ServiceProcess implements AutoCloseable {

    private static final List<String> JVM_OPTIONS = List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    public static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final String name;
    private final List<String> options;
    private Map<String, String> environment;
    private final URI readiness;
    private Process process;

    /**
     * @param module Maven module whose jar is started
     * @param readiness address that answers 200 when the service can do its work
     */
    public ServiceProcess(String name, String module, Map<String, String> environment, URI readiness) {
        this.name = name;
        Path jar = executableJar(module);
        // The quick start is a demo in one process, started once.
        this.options =
                module.equals("quickstart") ? List.of("-jar", jar.toString()) : ClassArchive.options(jar, JVM_OPTIONS);
        this.environment = Map.copyOf(environment);
        this.readiness = readiness;
        this.process = launch();
    }

    public static int freePort() {
        return Programs.freePort();
    }

    public ServiceProcess awaitReady() {
        Awaitility.await(name + " is ready, log: " + logFile())
                .atMost(START_LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                name + " ended with exit code " + process.exitValue() + ", log: " + logFile());
                    }
                    return isReady();
                });
        return this;
    }

    public boolean isReady() {
        try {
            HttpRequest request = HttpRequest.newBuilder(readiness)
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process as a power cut does. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Starts the process again with the same settings, after it was stopped or killed. */
    public void restart() {
        process = launch();
    }

    /** The settings of the next start: what is not named stays as it was. */
    public void configure(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.putAll(settings);
        environment = Map.copyOf(changed);
    }

    /** Loads an agent into the running process, until it is started again. */
    public void load(Path agent, String argument) {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
            try {
                machine.loadAgent(agent.toString(), argument);
            } finally {
                machine.detach();
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(name, gone);
        } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException refused) {
            throw new IllegalStateException(name + ", log: " + logFile(), refused);
        }
    }

    /** Stops the process on the spot, as a scheduler or a hypervisor does: it keeps its connections. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    public Path logFile() {
        return Path.of("target", "logs", name + ".log").toAbsolutePath();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(name + " did not stop within " + STOP_LIMIT);
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void signal(String signal) {
        try {
            Process sent = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
            if (sent.waitFor() != 0) {
                throw new IllegalStateException("kill -" + signal + " failed for " + name);
            }
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private Process launch() {
        try {
            Files.createDirectories(logFile().getParent());
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(JVM_OPTIONS);
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
            builder.environment().putAll(environment);
            Process started = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            return started;
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    private static Path executableJar(String module) {
        Path folder = Path.of("..", module, "target");
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(module + "-.*-exec\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "No executable jar in " + folder.toAbsolutePath() + ": run ./mvnw verify from the root"));
        } catch (IOException noFolder) {
            throw new UncheckedIOException("Module " + module + " is not built", noFolder);
        }
    }
}
