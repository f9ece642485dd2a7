package io.github.follownotify.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A service's jar, unpacked as in the image, with an archive of the classes that its start loads: each start costs
 * about a third of the processor time. Made once for each jar, in target/services.
 */
final class ClassArchive {

    /** As in the Dockerfile: the context is refreshed without a database or a broker, then the process ends. */
    private static final Map<String, String> RECORDING = Map.of(
            "JWT_SECRET", "only-for-the-recording-of-the-start-up",
            "SPRING_FLYWAY_ENABLED", "false",
            "SPRING_JPA_HIBERNATE_DDL_AUTO", "none",
            "SPRING_JPA_PROPERTIES_HIBERNATE_BOOT_ALLOW_JDBC_METADATA_ACCESS", "false",
            "SPRING_JPA_DATABASE_PLATFORM", "org.hibernate.dialect.MySQLDialect");

    private ClassArchive() {}

    /** The options of a JVM that start the service of this jar. */
    static synchronized List<String> options(Path jar, List<String> jvmOptions) {
        Path folder = Path.of("target", "services", jar.getFileName() + "-" + checksum(jar))
                .toAbsolutePath();
        Path unpacked = folder.resolve(jar.getFileName());
        Path archive = folder.resolve("classes.jsa");
        if (!Files.exists(archive)) {
            run(List.of(
                    "-Djarmode=tools",
                    "-jar",
                    jar.toString(),
                    "extract",
                    "--force",
                    "--destination",
                    folder.toString()));
            List<String> recording = new ArrayList<>(jvmOptions);
            recording.addAll(
                    List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=error", "-Xlog:cds+dynamic=error"));
            recording.addAll(List.of("-Dspring.context.exit=onRefresh", "-jar", unpacked.toString()));
            run(recording);
        }
        return List.of("-XX:SharedArchiveFile=" + archive, "-jar", unpacked.toString());
    }

    private static void run(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        try {
            Path log = Files.createDirectories(Path.of("target", "logs")).resolve("class-archive.log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(RECORDING);
            if (builder.start().waitFor() != 0) {
                throw new IllegalStateException(command + " failed, log: " + log.toAbsolutePath());
            }
        } catch (IOException notStarted) {
            throw new UncheckedIOException(notStarted);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** Of the content, because a reproducible build gives every jar the same date. */
    private static String checksum(Path jar) {
        try {
            CRC32C checksum = new CRC32C();
            checksum.update(Files.readAllBytes(jar));
            return Long.toHexString(checksum.getValue());
        } catch (IOException notReadable) {
            throw new UncheckedIOException(notReadable);
        }
    }
}
