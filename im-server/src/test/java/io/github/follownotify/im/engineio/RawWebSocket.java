package io.github.follownotify.im.engineio;

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

/**
 * A websocket that sends and hears exactly what a test says. Binary frames are heard as {@code hex:} and their bytes.
 */
public final class RawWebSocket implements AutoCloseable, WebSocket.Listener {

    public static final String CLOSED = "closed";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private volatile int closeStatus;
    private volatile boolean paused;

    public RawWebSocket(URI uri) {
        socket = HTTP.newWebSocketBuilder().buildAsync(uri, this).join();
    }

    /** @return the status with which a server refuses to open a websocket, or 101 */
    public static int statusOf(URI uri) {
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

    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** A part of a text message; more of it follows. */
    public void sendPart(String text) {
        socket.sendText(text, false).join();
    }

    public void send(byte... binary) {
        socket.sendBinary(ByteBuffer.wrap(binary), true).join();
    }

    /** Reads at most one message more. */
    public void stopReading() {
        paused = true;
    }

    public void readOn() {
        paused = false;
        socket.request(1);
    }

    public void ping() {
        socket.sendPing(ByteBuffer.wrap(new byte[] {7})).join();
    }

    /** The next message that is no heartbeat, or {@link #CLOSED}. Heartbeats are answered. */
    public String hears() throws InterruptedException {
        String next = hearsAnything();
        while (next.equals("2")) {
            send("3");
            next = hearsAnything();
        }
        return next;
    }

    public String hearsAnything() throws InterruptedException {
        String next = heard.poll(10, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    /** Everything up to the end has been heard, and nothing but heartbeats and farewells was in it. */
    public boolean isClosedByServer() throws InterruptedException {
        String next = hears();
        while (!next.equals(CLOSED) && !next.equals("nothing")) {
            next = hears();
        }
        return next.equals(CLOSED);
    }

    /** The status of the server's close frame, 0 without one. */
    public int closeStatus() {
        return closeStatus;
    }

    public void abort() {
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
