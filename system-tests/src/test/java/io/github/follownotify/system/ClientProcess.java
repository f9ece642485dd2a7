package io.github.follownotify.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stock client of another language, in a process of its own, that reports what happens to it line by line. */
public final class ClientProcess implements AutoCloseable {

    private static final JsonMapper json = JsonMapper.builder().build();
    private static final Path SCRIPTS = Path.of("src", "test", "clients");
    private static @Nullable Path installed;

    private final Process process;
    private final PrintWriter commands;
    private final List<JsonNode> reports = new CopyOnWriteArrayList<>();
    private final Consumer<JsonNode> listener;

    private ClientProcess(List<String> command, Path folder) {
        this(command, folder, Map.of(), report -> {});
    }

    private ClientProcess(
            List<String> command, Path folder, Map<String, String> environment, Consumer<JsonNode> listener) {
        this.listener = listener;
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread reader = new Thread(this::readReports, "client-reports");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param version alias in package.json, for example "4.8"
     * @param options options of the client library
     */
    static ClientProcess javaScript(String version, String url, Map<String, ?> options) {
        return javaScript(version, url, options, report -> {});
    }

    /** @param listener gets each report, too, on one thread */
    public static ClientProcess javaScript(
            String version, String url, Map<String, ?> options, Consumer<JsonNode> listener) {
        Path folder = installedJavaScriptClients();
        String settings = json.writeValueAsString(Map.of("options", options));
        return new ClientProcess(
                List.of("node", folder.resolve("client.js").toString(), "socket.io-client-" + version, url, settings),
                folder,
                Map.of(),
                listener);
    }

    static ClientProcess python(String url, Map<String, ?> settings) {
        String interpreter = Tools.pythonWithSocketIo();
        return new ClientProcess(List.of(interpreter, "client.py", url, json.writeValueAsString(settings)), SCRIPTS);
    }

    /**
     * A script beside the clients', with one generation of python-socketio.
     *
     * @param modules what it imports beside the standard library, as it stands in an import
     */
    static ClientProcess pythonScript(PythonSocketIo generation, String modules, String script, String... arguments) {
        generation.assumeInstalled();
        List<String> command = new ArrayList<>(List.of(Tools.pythonWith(modules), script));
        command.addAll(List.of(arguments));
        return new ClientProcess(command, SCRIPTS, generation.environment(), report -> {});
    }

    /** The Java client 1.x, from the jars that the build has copied. */
    static ClientProcess oldJava(String url, Map<String, ?> settings) {
        return new ClientProcess(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of("target", "clients", "java-1.0").toAbsolutePath() + "/*",
                        "OldJavaClient.java",
                        url,
                        json.writeValueAsString(settings)),
                SCRIPTS);
    }

    /** All reports of one kind so far. */
    List<JsonNode> reports(String event) {
        return reports.stream()
                .filter(report -> report.get("event").asString().equals(event))
                .toList();
    }

    /** The newest report of one kind, once there are that many. */
    JsonNode await(String event, int count) {
        try {
            Awaitility.await().atMost(Device.LIMIT).until(() -> reports(event).size() >= count || !process.isAlive());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("no " + count + " × " + event + " in " + reports, late);
        }
        if (reports(event).size() < count) {
            throw new AssertionError("the client ended: " + reports);
        }
        return reports(event).get(count - 1);
    }

    JsonNode await(String event) {
        return await(event, 1);
    }

    void tell(String command) {
        commands.println(command);
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readReports() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode report = json.readTree(line);
                reports.add(report);
                listener.accept(report);
            }
        } catch (IOException ended) {
            // the process is gone, and with it its reports
        }
    }

    /** Installs the libraries that package-lock.json names, once per JVM, outside the sources. */
    static synchronized Path installedJavaScriptClients() {
        Tools.requireNode();
        if (installed != null) {
            return installed;
        }
        try {
            Path folder = Files.createDirectories(Path.of("target", "clients").toAbsolutePath());
            for (String file : List.of("package.json", "package-lock.json", "client.js")) {
                Files.copy(SCRIPTS.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            List<String> command = new ArrayList<>(List.of("npm", "ci", "--silent", "--no-audit", "--no-fund"));
            Tools.requireSuccess(command, folder, "npm cannot install the JavaScript clients");
            installed = folder;
            return folder;
        } catch (IOException notCopied) {
            throw new UncheckedIOException(notCopied);
        }
    }
}
