package io.github.follownotify.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartProcessTest {

    private static final Duration SLOW_START = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private Path output;
    private @Nullable Process process;

    @BeforeEach
    void chooseOutput() {
        output = directory.resolve("output");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void saysNothingButWhereItRunsAndStopsWithinSeconds() throws Exception {
        Process running = start(FreePorts.ARGUMENTS);
        await().atMost(SLOW_START).until(() -> Files.readString(output).contains("Ctrl-C stops it."));

        connectAndLeave();
        running.destroy();

        assertThat(running.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(output)).allSatisfy(line -> assertThat(line)
                .matches(
                        "|Starting Follow Notify: .*|Follow Notify is running.*|Or follow by hand.*| .*|Bob's .*|Every.*")
                .doesNotContain("\tat "));
    }

    @Test
    void exitsWithAnErrorThatNamesTheTakenPort() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process refused = start("--quickstart.port=" + taken.getLocalPort());

            assertThat(refused.waitFor(SLOW_START.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(refused.exitValue()).isEqualTo(1);
            assertThat(Files.readString(output))
                    .contains("Port " + taken.getLocalPort() + " for the page and the HTTP API is taken.");
        }
    }

    @Test
    void printsATokenAndNothingElse() throws Exception {
        ProcessBuilder builder = command("token", "42");
        builder.environment().put("JWT_SECRET", "a secret of at least thirty-two bytes");
        Process command = builder.start();
        process = command;

        assertThat(command.waitFor(SLOW_START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitValue()).isZero();
        assertThat(Files.readString(output)).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
    }

    @Test
    void leavesNoThreadBehindThatWouldKeepAProcessAlive() {
        Set<Thread> before = nonDaemonThreads();

        Quickstart.start(FreePorts.ARGUMENTS).close();

        await().pollInSameThread()
                .untilAsserted(() -> assertThat(nonDaemonThreads()).isSubsetOf(before));
    }

    private void connectAndLeave() throws Exception {
        String welcome = Files.readString(output);
        Socket bob = IO.socket(
                found("Socket\\.IO at (\\S+)", welcome),
                IO.Options.builder()
                        .setTransports(new String[] {"websocket"})
                        .setAuth(Map.of("token", found("BOB=(\\S+)", welcome)))
                        .build());
        bob.connect();
        await().until(bob::connected);
        bob.disconnect();
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private Process start(String... arguments) throws Exception {
        Process started = command(arguments).start();
        process = started;
        return started;
    }

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Quickstart.class.getName()));
        command.addAll(List.of(arguments));
        File file = output.toFile();
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file);
    }

    private static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon())
                .collect(Collectors.toSet());
    }
}
