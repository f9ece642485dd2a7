package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import javax.tools.ToolProvider;

/**
 * A service that breaks a promise, because its code was changed in a place or two.
 *
 * <p>A switch that turns confirms or de-duplication off has no place in a service. A mutant is the service itself, with
 * classes that were compiled from their own sources with the change. Only bodies of methods change, so that the running
 * service can take them ({@link ClassReplacer}).
 */
enum Mutant {
    /**
     * Relays whose connections lose every fiftieth event the first time that any sends it: as networks do, but not by
     * chance.
     */
    LOSING_CONNECTION(new Mutation(
            "follow-api",
            "io.github.follownotify.follow.relay.EventPublisher",
            "open.basicPublish(settings.exchange(),",
            """
                    if (message.event() == null || message.event().seq() % 50 != 0
                            || !new java.io.File(System.getenv("HARNESS_FOLDER"), "lost-" + message.event().seq()).createNewFile())
                        open.basicPublish(settings.exchange(),""")),

    /** Relays that send every event twice. */
    REPEATING(new Mutation("follow-api", "io.github.follownotify.follow.relay.EventPublisher", "sent++;", """
                    open.basicPublish(settings.exchange(), message.routingKey(), message.properties(), message.body());
                    sent++;""")),

    /** Relays that take for delivered what they have sent. */
    WITHOUT_CONFIRMS(new Mutation(
            "follow-api",
            "io.github.follownotify.follow.relay.EventPublisher",
            "confirms.sending(open.getNextPublishSeqNo(), message);",
            """
                    confirms.sending(open.getNextPublishSeqNo(), message);
                    confirms.acked(open.getNextPublishSeqNo(), false);""")),

    /** Nodes that learn from the log where it ends, and nothing else: what the broker does not bring, they wait for. */
    WITHOUT_LOG(new Mutation(
            "im-server",
            "io.github.follownotify.im.sequence.CatchUp",
            "LogPage page = page(reading.after(), pageSize);",
            """
                    if (reading.after() >= 0) throw new LogUnavailableException("mutant");
                    LogPage page = page(reading.after(), pageSize);""")),

    /** Nodes that deliver again what they delivered before. */
    WITHOUT_DEDUPLICATION(
            new Mutation(
                    "im-server",
                    "io.github.follownotify.im.sequence.EventSequence",
                    "metrics.duplicate();",
                    "delivery.emit(event);"),
            new Mutation(
                    "im-server",
                    "io.github.follownotify.im.devices.EventQueue",
                    "candidate.seq() == 0 || candidate.seq() > lastSeq",
                    "true"));

    /** Environment variable of the services: a folder for what mutants have to remember together. */
    static final String FOLDER = "HARNESS_FOLDER";

    private final List<Mutation> mutations;

    Mutant(Mutation... mutations) {
        this.mutations = List.of(mutations);
    }

    List<Mutation> mutations() {
        return mutations;
    }

    /**
     * One place of a service's code, changed.
     *
     * @param module Maven module of the class
     * @param type name of the class
     * @param original text that its source has exactly once
     * @param replacement what stands there instead
     */
    record Mutation(String module, String type, String original, String replacement) {

        /**
         * @param classes folder that the changed class is put into, with its package; it may hold other mutations
         *     already
         */
        void compileInto(Path classes) {
            String file = type.replace('.', '/') + ".java";
            Path source = classes.resolve(file);
            try {
                Path unchanged = Path.of("..", module, "src", "main", "java").resolve(file);
                String text = Files.readString(Files.exists(source) ? source : unchanged);
                int at = text.indexOf(original);
                if (at < 0 || text.indexOf(original, at + 1) >= 0) {
                    throw new IllegalStateException(type + " must have this exactly once to be changed: " + original);
                }
                Files.createDirectories(source.getParent());
                Files.writeString(source, text.replace(original, replacement));
            } catch (IOException noSource) {
                throw new UncheckedIOException(noSource);
            }
            compile(source, classes);
        }

        /** Writes the class as it was. */
        void putBackInto(Path classes) {
            String file = type.replace('.', '/') + ".class";
            try (InputStream unchanged =
                    Objects.requireNonNull(Mutation.class.getClassLoader().getResourceAsStream(file), file)) {
                Path written = classes.resolve(file);
                Files.createDirectories(written.getParent());
                Files.copy(unchanged, written, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException notReadable) {
                throw new UncheckedIOException(notReadable);
            }
        }

        private static void compile(Path source, Path classes) {
            int failed = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed, not a JRE")
                    .run(
                            null,
                            null,
                            null,
                            "-proc:none",
                            // As the build does, which decides the order of what a class lists.
                            "-XDcompilePolicy=simple",
                            "-parameters",
                            "-nowarn",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "-d",
                            classes.toString(),
                            source.toString());
            if (failed != 0) {
                throw new IllegalStateException(source + " can't be compiled");
            }
        }
    }
}
