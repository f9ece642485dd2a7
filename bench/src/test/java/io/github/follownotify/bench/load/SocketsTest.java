package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SocketsTest {

    private static final Tokens tokens = new Tokens("the secret of a server that reads none of it");

    private final AtomicInteger handshakes = new AtomicInteger();

    @Test
    void socketsThatAreRefusedForNowComeAgain() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                LoadLoop loop = new LoadLoop()) {
            start(server);
            URI node = URI.create("http://127.0.0.1:" + server.getLocalPort());
            try (Sockets sockets = new Sockets(loop, List.of(node), tokens, 1)) {
                sockets.openAll(1, 1);

                assertThat(handshakes).hasValue(2);
            }
        }
    }

    /** Answers the first handshake with 503 and accepts the second. */
    private void start(ServerSocket server) {
        Thread thread = new Thread(() -> {
            try (Socket first = server.accept()) {
                answer(first, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
            } catch (IOException ended) {
                return;
            }
            try (Socket second = server.accept()) {
                answer(second, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
                second.getOutputStream().write(frame("40{}"));
                second.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException ended) {
                // the client closes it
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void answer(Socket socket, String response) throws IOException {
        socket.getInputStream().read(new byte[4096]);
        handshakes.incrementAndGet();
        socket.getOutputStream().write(response.getBytes(US_ASCII));
    }

    private static byte[] frame(String text) {
        byte[] payload = text.getBytes(US_ASCII);
        byte[] frame = new byte[payload.length + 2];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) payload.length;
        System.arraycopy(payload, 0, frame, 2, payload.length);
        return frame;
    }
}
