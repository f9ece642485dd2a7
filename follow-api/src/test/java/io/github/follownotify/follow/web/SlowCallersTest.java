package io.github.follownotify.follow.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.follow.HealthyFollowApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** Callers that send as slowly as they can hold no thread: Tomcat has 200. */
class SlowCallersTest extends HealthyFollowApi {

    private static final int MORE_THAN_THREADS = 210;
    private static final Duration SOON = Duration.ofSeconds(9);

    @LocalManagementPort
    private int managementPort;

    private final List<Socket> slow = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Socket socket : slow) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /followings HTTP/1.1\r\nContent-Length: 14",
                "POST /followings HTTP/1.1\r\nTransfer-Encoding: chunked",
                "POST /followings HTTP/1.1\r\nContent-Length: 500000",
                "PUT /nowhere HTTP/1.1\r\nContent-Length: 14",
                "GET /followers HTTP/1.1\r\nContent-Length: 14"
            })
    void withTokensDelayNobodyElse(String head) throws IOException {
        sendSlowly(head + "\r\nAuthorization: Bearer " + token(newUser()));

        assertEverybodyElseIsServed();
    }

    @Test
    void withoutTokensDelayNobodyElse() throws IOException {
        sendSlowly("POST /followings HTTP/1.1\r\nContent-Length: 14");

        assertEverybodyElseIsServed();
    }

    @Test
    void withFormsDelayNobodyElse() throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE")) {
            sendSlowly(method
                    + " /followings HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 14");
        }

        assertEverybodyElseIsServed();
    }

    @Test
    void areServedWhenTheirBodyIsCompleteAtLast() throws IOException {
        long follower = newUser();
        Socket socket = open("POST /followings HTTP/1.1\r\nContent-Length: 14\r\nContent-Type: application/json"
                + "\r\nAuthorization: Bearer " + token(follower));
        for (char character : "{\"target\": 42}".toCharArray()) {
            socket.getOutputStream().write(character);
            socket.getOutputStream().flush();
        }

        assertThat(answer(socket)).startsWith("HTTP/1.1 201");
        assertThat(get(follower, "/followings").body()).contains("\"user_id\":42");
    }

    @Test
    void areRefusedWhenTheirTimeIsOverAndHaveSavedNothing() throws IOException {
        long follower = newUser();
        String head = "POST /followings HTTP/1.1\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                + token(follower) + "\r\n";
        Socket announced = open(head + "Content-Length: 14");
        Socket chunked = open(head + "Transfer-Encoding: chunked");
        announced.getOutputStream().write("{\"target\": 42".getBytes(StandardCharsets.US_ASCII));
        chunked.getOutputStream().write("e\r\n{\"target\": 42".getBytes(StandardCharsets.US_ASCII));

        for (Socket socket : List.of(announced, chunked)) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 408").contains("urn:follow-notify:problem:request-timeout");
            assertThat(socket.getInputStream().read()).as("closed").isEqualTo(-1);
        }
        assertThat(get(follower, "/followings").body()).contains("\"items\":[]");
    }

    @Test
    void areHungUpOnWhenTheirHeadersDoNotEnd() throws Exception {
        List<Socket> sockets = List.of(
                new Socket(InetAddress.getLoopbackAddress(), port),
                new Socket(InetAddress.getLoopbackAddress(), managementPort));
        slow.addAll(sockets);
        for (Socket socket : sockets) {
            socket.getOutputStream().write("GET /livez HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
        }

        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    for (Socket socket : sockets) {
                        if (isOpenFor(socket, 'x')) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    @Test
    void takeAllConnectionsOfTheApiAndHealthIsStillTold() throws IOException {
        for (int i = 0; i < 2_300; i++) {
            Socket socket = new Socket();
            slow.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 3_000);
                socket.getOutputStream().write("GET /livez HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            } catch (SocketTimeoutException notAccepted) {
                if (slow.size() > 2_000) {
                    // All connections are taken, and the queue before them is full.
                    break;
                }
            }
        }

        assertThat(slow).hasSizeGreaterThan(2_000);
        for (String path : List.of("liveness", "readiness")) {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/" + path)));
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> follow(newUser(), newUser()).statusCode() == 201);
    }

    /** A closed connection shows after a write or two. */
    private static boolean isOpenFor(Socket socket, char next) {
        try {
            socket.getOutputStream().write(next);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void bodiesOfAnySizeAreRefusedWithoutEnd() throws IOException {
        Socket announced = open(
                "POST /followings HTTP/1.1\r\nContent-Length: 5000000000\r\nAuthorization: Bearer " + token(newUser()));
        Socket endless = open(
                "POST /followings HTTP/1.1\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer " + token(newUser()));
        byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);

        assertThat(answer(announced)).startsWith("HTTP/1.1 413");
        assertThat(sendUntilRefused(endless, chunk)).isLessThan(1_000);
    }

    private static int sendUntilRefused(Socket socket, byte[] chunk) {
        for (int sent = 0; sent < 1_000; sent++) {
            try {
                socket.getOutputStream().write(chunk);
            } catch (IOException closed) {
                return sent;
            }
        }
        return 1_000;
    }

    /** One byte of each body is sent, so that nothing but time tells them from honest callers. */
    private void sendSlowly(String head) throws IOException {
        for (int i : IntStream.range(0, MORE_THAN_THREADS).toArray()) {
            Socket socket = open(head + "\r\nX-Caller: " + i);
            socket.getOutputStream().write('1');
        }
    }

    private Socket open(String head) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        slow.add(socket);
        socket.getOutputStream().write((head + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String answer(Socket socket) throws IOException {
        byte[] bytes = new byte[4096];
        int length = socket.getInputStream().read(bytes);
        return new String(bytes, 0, Math.max(length, 0), StandardCharsets.UTF_8);
    }

    private void assertEverybodyElseIsServed() {
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            assertThat(follow(newUser(), newUser()).statusCode()).isEqualTo(201);
            assertThat(send(HttpRequest.newBuilder(uri("/livez"))).statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }
}
