package io.github.follownotify.bench.targets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Unpacks an executable jar and records its start-up, as the Dockerfile does. Needs JDK 25. */
final class AotCache {

    private static final int FIRST_RELEASE = 25;

    private AotCache() {}

    /**
     * @param folder new folder for the unpacked jar and the cache
     * @param environment that the service needs to refresh its context without a database or a broker
     */
    static void record(Launch launch, Path jar, Path folder, Map<String, String> environment) {
        requireRelease(launch);
        String java = launch.javaHome().resolve("bin/java").toString();
        Path log = launch.logs().resolve("aot.log");
        Launched.run(
                "jarmode tools",
                List.of(java, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", folder.toString()),
                launch.logs(),
                Map.of(),
                log);
        List<String> record = new ArrayList<>(List.of(java));
        record.addAll(launch.javaOptions());
        record.addAll(List.of(
                "-XX:AOTCacheOutput=app.aot",
                "-Dspring.context.exit=onRefresh",
                "-jar",
                jar.getFileName().toString()));
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("JWT_SECRET", Target.SECRET);
        settings.put("SERVER_PORT", "0");
        settings.put("MANAGEMENT_SERVER_PORT", "0");
        settings.put("IM_SOCKET_PORT", "0");
        Launched.run("The recording of the start-up", record, folder, settings, log);
    }

    static Map<String, String> withoutDatabase() {
        return Map.of(
                "SPRING_FLYWAY_ENABLED", "false",
                "SPRING_JPA_HIBERNATE_DDL_AUTO", "none",
                "SPRING_JPA_PROPERTIES_HIBERNATE_BOOT_ALLOW_JDBC_METADATA_ACCESS", "false",
                "SPRING_JPA_DATABASE_PLATFORM", "org.hibernate.dialect.MySQLDialect");
    }

    static List<String> command(Launch launch, Path jar, Path folder) {
        List<String> command = new ArrayList<>();
        command.add(launch.javaHome().resolve("bin/java").toString());
        command.add("-XX:AOTCache=" + folder.resolve("app.aot"));
        command.addAll(launch.javaOptions());
        command.addAll(List.of("-jar", folder.resolve(jar.getFileName()).toString()));
        return command;
    }

    private static void requireRelease(Launch launch) {
        try {
            String release = Files.readAllLines(launch.javaHome().resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .findFirst()
                    .map(line -> line.replaceAll("\\D*(\\d+).*", "$1"))
                    .orElse("0");
            if (Integer.parseInt(release) < FIRST_RELEASE) {
                throw new IllegalArgumentException("--aot needs JDK 25 or newer: name one with --java");
            }
        } catch (IOException noRelease) {
            throw new UncheckedIOException(noRelease);
        }
    }
}
