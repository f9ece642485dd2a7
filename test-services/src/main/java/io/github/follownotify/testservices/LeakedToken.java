package io.github.follownotify.testservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A token in requests of every malformed kind, and what of it must not be in any log then. */
public final class LeakedToken {

    private LeakedToken() {}

    /**
     * @param requests beginnings of HTTP requests, with {@code %s} where the token belongs; ends when all are answered
     */
    public static void sendIn(List<String> requests, String token, int... ports) {
        for (String request : requests) {
            String text = request.formatted(token) + "\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            for (int port : ports) {
                send(port, text);
            }
        }
    }

    public static void assertAbsentFrom(String log, String token) {
        String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
        String signature = token.substring(token.lastIndexOf('.') + 1);
        assertThat(log).doesNotContain(payload, signature);
    }

    private static void send(int port, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException cutOff) {
            assertThat(cutOff).hasMessageNotContaining("timed out");
        }
    }
}
