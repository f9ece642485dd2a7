package io.github.follownotify.system;

import io.socket.client.IO;
import io.socket.client.Socket;
import io.socket.engineio.client.transports.Polling;
import io.socket.engineio.client.transports.WebSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.json.JSONException;
import org.json.JSONObject;

/** A user's phone: a stock Socket.IO client that remembers what it was told. */
final class Device implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    private final Socket socket;
    private final List<JSONObject> notifications = new CopyOnWriteArrayList<>();
    private final List<JSONObject> likes = new CopyOnWriteArrayList<>();

    private Device(URI server, IO.Options options) {
        options.forceNew = true;
        options.reconnectionDelay = 100;
        options.reconnectionDelayMax = 1000;
        socket = IO.socket(server, options);
        socket.on("following notify", arguments -> notifications.add((JSONObject) arguments[0]));
        socket.on("liking notify", arguments -> likes.add((JSONObject) arguments[0]));
    }

    /** A connected device of the user, over websocket. */
    static Device of(long userId, URI imServer) {
        return connected(userId, imServer, WebSocket.NAME);
    }

    /** A connected device of the user, over long-polling with the upgrade to websocket. */
    static Device upgrading(long userId, URI imServer) {
        return connected(userId, imServer, Polling.NAME, WebSocket.NAME);
    }

    /** A connected device of the user as the original design has them: the token in the query, any transport. */
    static Device withQuery(long userId, URI server) {
        return connected(
                server,
                IO.Options.builder().setQuery("token=" + Users.token(userId)).build());
    }

    private static Device connected(long userId, URI imServer, String... transports) {
        return connected(
                imServer,
                IO.Options.builder()
                        .setTransports(transports)
                        .setAuth(Map.of("token", Users.token(userId)))
                        .build());
    }

    private static Device connected(URI server, IO.Options options) {
        Device device = new Device(server, options);
        device.socket.connect();
        Awaitility.await("the device is connected").atMost(LIMIT).until(device.socket::connected);
        return device;
    }

    List<JSONObject> notifications() {
        return notifications;
    }

    /** The first event of another service, once it has come. */
    JSONObject like() {
        Awaitility.await("a like").atMost(LIMIT).until(() -> !likes.isEmpty());
        return likes.get(0);
    }

    /** Users who followed, in the order in which the device was told. */
    List<Long> followers() {
        return notifications.stream()
                .map(notification -> {
                    try {
                        return notification.getLong("user_id");
                    } catch (JSONException malformed) {
                        throw new IllegalStateException(malformed);
                    }
                })
                .toList();
    }

    @Override
    public void close() {
        socket.disconnect();
        socket.io().reconnection(false);
    }
}
