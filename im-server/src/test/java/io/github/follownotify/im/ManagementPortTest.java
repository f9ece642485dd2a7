package io.github.follownotify.im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Callers of the port for health and metrics that never finish a request. */
class ManagementPortTest extends RunningImServer {

    private static final int MORE_THAN_THREADS = 30;

    private final List<Socket> slow = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @Test
    void hangsUpOnThoseThatSendOneByteAtATimeAndServesTheOthersMeanwhile() throws IOException {
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            slow.add(open("GET /actuator/health/liveness HTTP/1.1\r\nX: "));
        }

        assertThat(answer()).startsWith("HTTP/1.1 200");
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    slow.removeIf(socket -> !takesAnotherByte(socket));
                    return slow.isEmpty();
                });
    }

    /** A closed connection shows after a write or two. */
    private static boolean takesAnotherByte(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private String answer() throws IOException {
        try (Socket socket = open("GET /actuator/health/liveness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket open(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), managementPort);
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
