package io.github.follownotify.testservices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static final OperatingSystemMXBean OPERATING_SYSTEM = ManagementFactory.getOperatingSystemMXBean();

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void startEchoServer() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread server = new Thread(this::echoUntilClosed);
        server.setDaemon(true);
        server.start();
        proxy = new FaultProxy("127.0.0.1", echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void forwardsBothWays() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThat(echoOf(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void forwardsEverythingThatCameBeforeTheEnd() throws Exception {
        byte[] sent = new byte[8_000_000];
        new Random(1).nextBytes(sent);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            Thread sender = new Thread(() -> sendAndEnd(client, sent));
            sender.start();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
            sender.join();
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void resetsConnectionsWhileCutAndWorksAgainAfterwards() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThat(echoOf(client, 1)).isEqualTo(1);
            proxy.cut();
            assertThatIOException().isThrownBy(() -> client.getInputStream().read());
        }
        assertThatIOException().isThrownBy(() -> {
            try (Socket refused = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                refused.getInputStream().read();
            }
        });
        proxy.restore();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThat(echoOf(client, 2)).isEqualTo(2);
        }
    }

    @Test
    void holdsBytesBackWhileStalledAndForwardsThemAfterwards() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThat(echoOf(client, 1)).isEqualTo(1);
            proxy.stall();
            client.setSoTimeout(200);
            client.getOutputStream().write(5);
            assertThatIOException()
                    .isThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            proxy.restore();
            client.setSoTimeout(5000);
            assertThat(client.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void keepsNoDescriptorOfAConnectionThatEnded() throws IOException {
        assumeThat(OPERATING_SYSTEM).isInstanceOf(UnixOperatingSystemMXBean.class);
        long before = descriptors();

        for (int i = 0; i < 200; i++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
                assertThat(echoOf(client, 1)).isEqualTo(1);
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }

        await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before + 20));
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) OPERATING_SYSTEM).getOpenFileDescriptorCount();
    }

    private static void sendAndEnd(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static int echoOf(Socket client, int value) throws IOException {
        client.setSoTimeout(5000);
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private void echoUntilClosed() {
        while (!echo.isClosed()) {
            try (Socket socket = echo.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException next) {
                // the next connection, or the end
            }
        }
    }
}
