package io.github.follownotify.im.devices;

import io.socket.client.IO;
import io.socket.client.Socket;
import io.socket.engineio.client.transports.Polling;
import io.socket.engineio.client.transports.WebSocket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

/** The stock Java client, with everything it hears in one queue: the event's name, then its arguments. */
final class JavaClient implements AutoCloseable {

    static final String[] WEBSOCKET = {WebSocket.NAME};
    static final String[] POLLING = {Polling.NAME};
    static final String[] UPGRADE = {Polling.NAME, WebSocket.NAME};

    private static final String[] EVENTS = {
        Socket.EVENT_CONNECT,
        Socket.EVENT_CONNECT_ERROR,
        Socket.EVENT_DISCONNECT,
        "following notify",
        "token expiring",
        "closing",
        "resync needed"
    };

    final Socket socket;
    private final BlockingQueue<List<Object>> heard = new LinkedBlockingQueue<>();

    JavaClient(TestServer server, String[] transports, Map<String, String> auth, @Nullable String query) {
        IO.Options options = IO.Options.builder()
                .setForceNew(true)
                .setTransports(transports)
                .setAuth(auth)
                .setQuery(query)
                .setReconnectionDelay(50)
                .setReconnectionDelayMax(100)
                .build();
        socket = IO.socket(URI.create("http://127.0.0.1:" + server.port()), options);
        for (String event : EVENTS) {
            socket.on(event, arguments -> {
                Object[] all = new Object[arguments.length + 1];
                all[0] = event;
                System.arraycopy(arguments, 0, all, 1, arguments.length);
                heard.add(Arrays.asList(all));
            });
        }
    }

    /** For parameterized tests: a name, and what the client may use. */
    static Stream<Arguments> transports() {
        return Stream.of(
                Arguments.of("websocket", WEBSOCKET),
                Arguments.of("polling", POLLING),
                Arguments.of("upgrade", UPGRADE));
    }

    static JavaClient connected(TestServer server, String[] transports, long userId) throws InterruptedException {
        JavaClient client = new JavaClient(server, transports, Map.of("token", TestServer.token(userId)), null);
        client.connect();
        if (!client.hears().equals("connect []")) {
            throw new AssertionError("not connected");
        }
        return client;
    }

    void connect() {
        socket.connect();
    }

    /** The next thing heard, as text. */
    String hears() throws InterruptedException {
        List<Object> next = heard.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            return "nothing";
        }
        return next.get(0) + " " + next.subList(1, next.size());
    }

    /** The next thing heard that is no failed attempt to connect. */
    String hearsNext(String event) throws InterruptedException {
        String next = hears();
        while (!next.equals("nothing") && !next.startsWith(event + " ")) {
            next = hears();
        }
        return next;
    }

    boolean hearsNothing() {
        return heard.isEmpty();
    }

    @Override
    public void close() {
        socket.close();
    }
}
