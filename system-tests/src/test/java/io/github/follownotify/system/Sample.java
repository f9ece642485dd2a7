package io.github.follownotify.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that stands in a document, run as a reader would run it. In the document a comment with the name of its
 * file precedes it: {@code <!-- sample: name.py -->}.
 */
final class Sample {

    private static final Path DOCUMENTS = Path.of("..", "docs");

    private final String file;
    private final String text;

    private Sample(String file, String text) {
        this.file = file;
        this.text = text;
    }

    static Sample of(String document, String file) {
        try {
            Matcher block = Pattern.compile(
                            "<!-- sample: " + Pattern.quote(file) + " -->\\n```\\w*\\n(.*?)\\n```\\n", Pattern.DOTALL)
                    .matcher(Files.readString(DOCUMENTS.resolve(document)));
            if (!block.find()) {
                throw new AssertionError(document + " has no sample " + file);
            }
            return new Sample(file, block.group(1) + "\n");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * The same with another address, exchange or the like; the text has to be there, so that nothing is replaced in
     * vain.
     */
    Sample with(String written, String instead) {
        if (!text.contains(written)) {
            throw new AssertionError(file + " does not contain " + written);
        }
        return new Sample(file, text.replace(written, instead));
    }

    /** Starts it in a folder of its own; its output goes to the returned process. */
    Process start(Map<String, String> environment) {
        try {
            Path folder = Files.createDirectories(
                    Path.of("target", "samples", file.replace('.', '-')).toAbsolutePath());
            Path program = Files.writeString(folder.resolve(file), text);
            ProcessBuilder builder = new ProcessBuilder(command(program)).directory(folder.toFile());
            builder.environment().putAll(environment);
            if (file.endsWith(".js")) {
                builder.environment()
                        .put(
                                "NODE_PATH",
                                ClientProcess.installedJavaScriptClients()
                                        .resolve("node_modules")
                                        .toString());
            }
            return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        }
    }

    /** Runs it to its end and returns what it printed. */
    String run(Map<String, String> environment) {
        Process process = start(environment);
        try (var output = process.getInputStream()) {
            process.getOutputStream().close();
            String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(file + " failed, see its error output; it printed: " + printed);
            }
            return printed;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Path program) {
        if (file.endsWith(".py")) {
            return List.of(Tools.pythonWith(imports()), program.toString());
        }
        if (file.endsWith(".js")) {
            return List.of("node", program.toString());
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(java, "-cp", System.getProperty("java.class.path"), program.toString());
    }

    /** What a Python sample imports. */
    private String imports() {
        return text.lines()
                .filter(line -> line.startsWith("import "))
                .map(line -> line.substring("import ".length()))
                .reduce((left, right) -> left + ", " + right)
                .orElse("sys");
    }
}
