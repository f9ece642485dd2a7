package io.github.follownotify.system;

import io.socket.client.IO;
import io.socket.client.Socket;
import io.socket.engineio.client.transports.Polling;
import io.socket.engineio.client.transports.WebSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
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
    private final List<Object> refusals = new CopyOnWriteArrayList<>();
    private volatile long lastNotifiedAt;

    private Device(URI imServer, Map<String, String> auth, String... transports) {
        IO.Options options = IO.Options.builder()
                .setForceNew(true)
                .setTransports(transports)
                .setReconnectionDelay(100)
                .setReconnectionDelayMax(1000)
                .setAuth(auth)
                .build();
        socket = IO.socket(imServer, options);
        socket.on("following notify", arguments -> {
            lastNotifiedAt = System.nanoTime();
            notifications.add((JSONObject) arguments[0]);
        });
        socket.on(Socket.EVENT_CONNECT_ERROR, arguments -> refusals.add(arguments[0]));
    }

    /** A connected device of the user, over websocket. */
    static Device of(long userId, URI imServer) {
        return connecting(imServer, Map.of("token", Users.token(userId))).awaitConnected();
    }

    /** A connected device of the user, over long-polling with the upgrade to websocket. */
    static Device upgrading(long userId, URI imServer) {
        Device device =
                new Device(imServer, new HashMap<>(Map.of("token", Users.token(userId))), Polling.NAME, WebSocket.NAME);
        device.socket.connect();
        return device.awaitConnected();
    }

    /** A device that has begun to connect. */
    static Device connecting(URI imServer, Map<String, String> auth) {
        Device device = new Device(imServer, new HashMap<>(auth), WebSocket.NAME);
        device.socket.connect();
        return device;
    }

    Device awaitConnected() {
        Awaitility.await("the device is connected").atMost(LIMIT).until(socket::connected);
        return this;
    }

    boolean isConnected() {
        return socket.connected();
    }

    List<JSONObject> notifications() {
        return notifications;
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

    /** What the server answered instead of letting the device in. */
    List<Object> refusals() {
        return refusals;
    }

    /** {@link System#nanoTime()} of the newest notification. */
    long lastNotifiedAt() {
        return lastNotifiedAt;
    }

    @Override
    public void close() {
        socket.disconnect();
        socket.io().reconnection(false);
    }
}
