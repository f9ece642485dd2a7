package io.github.follownotify.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;

/** What somebody does who wants a service to fail. Each method returns when it is over. */
final class Attacks {

    private static final long MALLORY = 666;
    private static final int UNDER_WAY = 50;
    private static final Duration HOLD = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Attacks() {}

    /** Connections that begin a request and never end its headers. */
    static void unfinishedHeaders(int port, int count) {
        holdOpen(port, count, "GET / HTTP/1.1\r\nHost: x\r\nX-Never: ", "");
    }

    /** Follows whose body comes a byte a second. */
    static void slowBodies(int port, int count) {
        String request = "POST /followings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + Users.token(MALLORY)
                + "\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
        holdOpen(port, count, request, " ");
    }

    /** Handshakes of Engine.IO that are never used. */
    static void handshakes(URI imServer, int count) {
        repeat(count, i -> get(imServer, "/socket.io/?EIO=4&transport=polling"));
    }

    /** One user who connects again and again and claims to have seen events that do not exist yet. */
    static void connectsWithOffsetsBeyondTheHead(URI imServer, int count) {
        String token = Users.token(MALLORY);
        repeat(count, i -> get(imServer, "/socket.io/?EIO=4&transport=polling").thenCompose(opened -> {
            int sid = opened.body().indexOf("\"sid\":\"");
            if (sid < 0) {
                return CompletableFuture.completedFuture(opened);
            }
            HttpRequest connect = HttpRequest.newBuilder(imServer.resolve("/socket.io/?EIO=4&transport=polling&sid="
                            + opened.body().substring(sid + 7, sid + 43)))
                    .timeout(LIMIT)
                    .POST(BodyPublishers.ofString(
                            "40{\"token\":\"%s\",\"offset\":\"%d.5d08074a\"}".formatted(token, 1_000_000_000L + i)))
                    .build();
            return http.sendAsync(connect, BodyHandlers.ofString());
        }));
    }

    /** Messages on the exchange of the events, each of a megabyte. */
    static void bigMessages(String exchange, int count) {
        byte[] body = ("{\"text\":\"" + "x".repeat(1024 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);
        publish(exchange, String.valueOf(MALLORY), body, count);
    }

    /** Messages that no node can read. */
    static void malformedMessages(String exchange, int count) {
        publish(exchange, "nobody", "no json".getBytes(StandardCharsets.UTF_8), count);
    }

    private static void publish(String exchange, String routingKey, byte[] body, int count) {
        Message message = MessageBuilder.withBody(body)
                .setType("following notify")
                .setContentType(MessageProperties.CONTENT_TYPE_JSON)
                .build();
        BrokerObjects.publish(exchange, routingKey, message, count);
    }

    /** Not from the address of the test's own devices. */
    private static void holdOpen(int port, int count, String beginning, String everySecond) {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Socket socket = new Socket();
                sockets.add(socket);
                socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
                socket.getOutputStream().write(beginning.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException full) {
            // The service takes no more: what is open stays so.
        }
        for (long second = 0; second < HOLD.toSeconds(); second++) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            sockets.forEach(socket -> sendQuietly(socket, everySecond));
        }
        sockets.forEach(Attacks::closeQuietly);
    }

    private static void sendQuietly(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException closedByTheService) {
            // which is its right
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // gone is gone
        }
    }

    private static CompletableFuture<HttpResponse<String>> get(URI base, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    private static void repeat(int count, Request request) {
        Semaphore room = new Semaphore(UNDER_WAY);
        for (int i = 0; i < count; i++) {
            room.acquireUninterruptibly();
            var unused = request.send(i).whenComplete((answer, refused) -> room.release());
        }
        room.acquireUninterruptibly(UNDER_WAY);
    }

    private interface Request {
        CompletableFuture<HttpResponse<String>> send(int index);
    }
}
