package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the wrapper says to somebody without a JDK, or with an old one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "runs mvnw, not mvnw.cmd")
class WrapperTest {

    private static final Path WRAPPER = Path.of("..", "mvnw").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @Test
    void saysInOneLineThatThereIsNoJdk() throws Exception {
        assertThat(wrapper(Map.of("PATH", folder.toString())))
                .isEqualTo(
                        "Follow Notify needs JDK 17 or newer: there is no javac in PATH, and JAVA_HOME is not set.\n");
    }

    @Test
    void saysInOneLineThatJavaHomeIsNoJdk() throws Exception {
        assertThat(wrapper(Map.of("PATH", folder.toString(), "JAVA_HOME", folder.toString())))
                .isEqualTo("Follow Notify needs JDK 17 or newer: JAVA_HOME is %s, and there is no bin/javac.\n"
                        .formatted(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_392"})
    void saysInOneLineThatTheJdkIsTooOld(String version) throws Exception {
        Path javac = Files.writeString(
                Files.createDirectory(folder.resolve("bin")).resolve("javac"),
                "#!/bin/sh\necho javac " + version + "\n");
        assertThat(javac.toFile().setExecutable(true)).isTrue();

        assertThat(wrapper(Map.of("PATH", folder.toString(), "JAVA_HOME", folder.toString())))
                .isEqualTo("Follow Notify needs JDK 17 or newer: %s is version %s.\n".formatted(javac, version));
    }

    private static String wrapper(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", WRAPPER.toString(), "--version").redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isOne();
        return said;
    }
}
