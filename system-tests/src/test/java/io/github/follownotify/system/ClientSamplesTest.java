package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs of docs/socket-io.md hear of follows, and of those that they missed. */
class ClientSamplesTest {

    @AutoClose
    private static Installation installation;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start();
    }

    @ParameterizedTest
    @CsvSource({"listen.js, 101", "listen.py, 102", "Listen.java, 103"})
    void hearsOfAFollowAndOfOneThatItMissed(String file, long user) throws IOException {
        try (FaultProxy network =
                new FaultProxy("127.0.0.1", installation.imServer().getPort())) {
            Process process = Sample.of("socket-io.md", file)
                    .with("http://localhost:9092", "http://127.0.0.1:" + network.port())
                    .start(Map.of("TOKEN", Users.token(user)));
            try {
                List<String> printed = linesOf(process);
                Awaitility.await().atMost(Device.LIMIT).until(() -> printed.contains("connected"));
                installation.api().follow(7, user);
                Awaitility.await().atMost(Device.LIMIT).until(() -> printed.contains("7 follows you"));

                network.cut();
                installation.api().follow(8, user);
                network.restore();

                Awaitility.await().atMost(Device.LIMIT).until(() -> printed.contains("8 follows you"));
                assertThat(printed)
                        .filteredOn(line -> line.endsWith("follows you"))
                        .hasSize(2);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static List<String> linesOf(Process process) {
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = new Thread(
                () -> {
                    try (var output = process.inputReader()) {
                        output.lines().forEach(lines::add);
                    } catch (IOException | UncheckedIOException ended) {
                        // the process is gone
                    }
                },
                "sample-output");
        reader.setDaemon(true);
        reader.start();
        return lines;
    }
}
