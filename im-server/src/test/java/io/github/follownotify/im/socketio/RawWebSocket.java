package io.github.follownotify.im.socketio;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A websocket that sends and hears exactly what a test says. Binary frames are heard as {@code hex:} and their bytes. */
final class RawWebSocket implements AutoCloseable, WebSocket.Listener {

    static final String CLOSED = "closed";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private volatile int closeStatus;
    private volatile boolean paused;

    RawWebSocket(URI uri) {
        socket = HTTP.newWebSocketBuilder().buildAsync(uri, this).join();
    }

    /** Connected to Socket.IO's main namespace as this user; the first packet is the reply. */
    static RawWebSocket connected(TestServer server, long userId, String restOfAuth) throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(server.uri("ws", "EIO=4&transport=websocket"));
        socket.hears();
        socket.send("40{\"token\":\"" + TestServer.token(userId) + "\"" + restOfAuth + "}");
        return socket;
    }

    /** @return the status with which a server refuses to open a websocket, or 101 */
    static int statusOf(URI uri) {
        try {
            new RawWebSocket(uri).close();
            return 101;
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    void send(byte... binary) {
        socket.sendBinary(ByteBuffer.wrap(binary), true).join();
    }

    /** Reads at most one message more. */
    void stopReading() {
        paused = true;
    }

    void readOn() {
        paused = false;
        socket.request(1);
    }

    void ping() {
        socket.sendPing(ByteBuffer.wrap(new byte[] {7})).join();
    }

    /** The next message that is no heartbeat, or {@link #CLOSED}. Heartbeats are answered. */
    String hears() throws InterruptedException {
        String next = hearsAnything();
        while (next.equals("2")) {
            send("3");
            next = hearsAnything();
        }
        return next;
    }

    String hearsAnything() throws InterruptedException {
        String next = heard.poll(10, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    /** Everything up to the end has been heard, and nothing but heartbeats and farewells was in it. */
    boolean isClosedByServer() throws InterruptedException {
        String next = hears();
        while (!next.equals(CLOSED) && !next.equals("nothing")) {
            next = hears();
        }
        return next.equals(CLOSED);
    }

    /** The status of the server's close frame, 0 without one. */
    int closeStatus() {
        return closeStatus;
    }

    void abort() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        if (!paused) {
            from.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        heard.add("hex:" + HexFormat.of().formatHex(bytes));
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        heard.add("pong");
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closeStatus = status;
        heard.add(CLOSED);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        heard.add(CLOSED);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
