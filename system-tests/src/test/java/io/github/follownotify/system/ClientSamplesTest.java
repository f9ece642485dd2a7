package io.github.follownotify.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.FaultProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
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
                ByteArrayOutputStream printed = outputOf(process);
                awaitText(printed, "connected");
                installation.api().follow(7, user);
                awaitText(printed, "7 follows you");

                network.cut();
                installation.api().follow(8, user);
                network.restore();

                awaitText(printed, "8 follows you");
                assertThat(printed.toString(UTF_8).split("follows you", -1)).hasSize(3);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void awaitText(ByteArrayOutputStream printed, String text) {
        Awaitility.await().atMost(Device.LIMIT).until(() -> printed.toString(UTF_8)
                .contains(text));
    }

    /**
     * All that it prints, as it comes. Not by line: python-socketio calls handlers on threads of their own, and Python's
     * print() writes the end of the line apart from the line, so that two calls at once give "connected8 follows you".
     */
    private static ByteArrayOutputStream outputOf(Process process) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Thread reader = new Thread(
                () -> {
                    try (var output = process.getInputStream()) {
                        output.transferTo(printed);
                    } catch (IOException ended) {
                        // the process is gone
                    }
                },
                "sample-output");
        reader.setDaemon(true);
        reader.start();
        return printed;
    }
}
