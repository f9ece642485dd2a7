package io.github.follownotify.bench.targets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An executable jar, unpacked beside its AOT cache, as in the image. Needs JDK 25. */
final class AotCache {

    private static final int FIRST_RELEASE = 25;
    private static final String JAR = "app.jar";

    private AotCache() {}

    /** @param folder new folder for the unpacked jar and the cache */
    static void unpack(Launch launch, Path jar, Path folder) {
        requireRelease(launch);
        String java = launch.javaHome().resolve("bin/java").toString();
        Launched.run(
                "jarmode tools",
                List.of(java, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", folder.toString()),
                launch.logs(),
                Map.of(),
                launch.logs().resolve("unpack.log"));
        try {
            // The JVM takes a cache only for jars of the same names.
            Files.move(folder.resolve(jar.getFileName()), folder.resolve(JAR));
        } catch (IOException notUnpacked) {
            throw new UncheckedIOException(notUnpacked);
        }
    }

    /** How the service starts, with its cache or to record it. */
    static List<String> command(Launch launch, Path folder) {
        List<String> command = new ArrayList<>();
        command.add(launch.javaHome().resolve("bin/java").toString());
        Path cache = folder.resolve("app.aot");
        if (launch.aot() == Launch.Aot.RECORD) {
            command.add("-XX:AOTCacheOutput=" + cache);
        } else {
            // As deploy/image/serve.
            command.addAll(
                    List.of("-XX:AOTCache=" + cache, "-XX:+UnlockExperimentalVMOptions", "-XX:+AOTCompileEagerly"));
        }
        command.addAll(launch.javaOptions());
        command.addAll(List.of("-jar", folder.resolve(JAR).toString()));
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
