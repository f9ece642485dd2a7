package io.github.follownotify.system.harness;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device that speaks Engine.IO 4 and Socket.IO 5 over one WebSocket, asks for recovery, and comes back with the last
 * offset it saw after every break.
 *
 * <p>A client of its own, because a thousand stock clients in one process would measure the clients: the packets are
 * those that the stock JavaScript client sends. It answers pings and, like the stock client, takes a connection for
 * dead when no ping came for the interval and time-out that the server announced, and waits longer after each attempt
 * that fails, up to five seconds.
 */
final class RecoveringDevice implements ListeningDevice {

    private static final JsonMapper json = JsonMapper.builder().build();
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private static final int FIRST_DELAY_MILLIS = 500;
    private static final int LONGEST_DELAY_MILLIS = 5_000;

    private final URI address;
    private final Supplier<String> token;
    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final Random random;
    private final Listener listener;

    private @Nullable WebSocket socket;
    private @Nullable String pid;
    private @Nullable String offset;
    private int longestDelayMillis = FIRST_DELAY_MILLIS;
    private boolean accepted;
    private boolean readingPaused;
    private boolean closed;
    private long silenceLimitMillis = CONNECT_LIMIT.toMillis();
    private long lastHeardAt;
    private int generation;

    /**
     * @param address HTTP address of the balancer
     * @param token asked for a token before each connect
     */
    RecoveringDevice(
            URI address,
            Supplier<String> token,
            HttpClient http,
            ScheduledExecutorService timer,
            long seed,
            Listener listener) {
        this.address =
                URI.create(address.toString().replaceFirst("^http", "ws") + "/socket.io/?EIO=4&transport=websocket");
        this.token = token;
        this.http = http;
        this.timer = timer;
        this.random = new Random(seed);
        this.listener = listener;
    }

    @Override
    public synchronized boolean isAccepted() {
        return accepted;
    }

    @Override
    public synchronized void connect() {
        if (closed) {
            return;
        }
        int mine = ++generation;
        accepted = false;
        lastHeardAt = System.nanoTime();
        silenceLimitMillis = CONNECT_LIMIT.toMillis();
        var unused = http.newWebSocketBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .buildAsync(address, new Packets(mine))
                .whenComplete((opened, failure) -> {
                    if (failure != null) {
                        lost(mine);
                    }
                });
        watch(mine);
    }

    /** Breaks the connection from the device's side, without a word. */
    synchronized void breakConnection() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
            lost(generation);
        }
    }

    synchronized void pauseReading() {
        readingPaused = true;
    }

    synchronized void resumeReading() {
        readingPaused = false;
        WebSocket open = socket;
        if (open != null) {
            open.request(1);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private synchronized void lost(int ofGeneration) {
        if (ofGeneration == generation && !closed) {
            generation++;
            accepted = false;
            socket = null;
            schedule(this::connect, nextDelayMillis());
        }
    }

    private int nextDelayMillis() {
        int longest = longestDelayMillis;
        longestDelayMillis = Math.min(2 * longest, LONGEST_DELAY_MILLIS);
        return longest / 10 + random.nextInt(longest * 9 / 10);
    }

    private void watch(int ofGeneration) {
        schedule(() -> checkSilence(ofGeneration), 1000);
    }

    private synchronized void checkSilence(int ofGeneration) {
        if (ofGeneration != generation || closed) {
            return;
        }
        boolean silent =
                System.nanoTime() - lastHeardAt > TimeUnit.MILLISECONDS.toNanos(silenceLimitMillis) && !readingPaused;
        if (silent) {
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
            lost(ofGeneration);
        } else {
            watch(ofGeneration);
        }
    }

    private void schedule(Runnable task, long millis) {
        var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    private synchronized void receive(int ofGeneration, WebSocket from, String packet) {
        if (ofGeneration != generation) {
            return;
        }
        lastHeardAt = System.nanoTime();
        if (packet.startsWith("0")) {
            JsonNode open = json.readTree(packet.substring(1));
            silenceLimitMillis =
                    open.get("pingInterval").asLong() + open.get("pingTimeout").asLong();
            socket = from;
            send(from, "40" + json.writeValueAsString(credentials()));
        } else if (packet.equals("2")) {
            send(from, "3");
        } else if (packet.startsWith("40")) {
            String newPid = json.readTree(packet.substring(2)).path("pid").asString("");
            boolean recovered = newPid.equals(pid);
            pid = newPid;
            accepted = true;
            longestDelayMillis = FIRST_DELAY_MILLIS;
            listener.connected(recovered);
        } else if (packet.startsWith("42")) {
            JsonNode event = json.readTree(packet.substring(2));
            switch (event.get(0).asString()) {
                case "following notify" -> notified(event);
                case "resync needed" ->
                    listener.toldToResync(event.get(1).path("reason").asString(""));
                default -> {
                    // nothing else matters here
                }
            }
        } else if (packet.startsWith("44") || packet.startsWith("41")) {
            listener.refused(packet);
            from.abort();
            lost(ofGeneration);
        }
    }

    private void notified(JsonNode event) {
        // An event that does not live in the log has no offset.
        String itsOffset = event.size() > 2 ? event.get(2).asString() : null;
        offset = itsOffset == null ? offset : itsOffset;
        listener.notified(event.get(1), itsOffset == null ? 0 : ListeningDevice.seqOf(itsOffset));
    }

    private Map<String, Object> credentials() {
        var auth = new HashMap<String, Object>();
        auth.put("token", token.get());
        auth.put("recover", true);
        if (pid != null) {
            auth.put("pid", pid);
        }
        if (offset != null) {
            auth.put("offset", offset);
        }
        return auth;
    }

    private static void send(WebSocket to, String packet) {
        var unused = to.sendText(packet, true);
    }

    private synchronized boolean mayReadOn() {
        return !readingPaused;
    }

    private final class Packets implements WebSocket.Listener {

        private final int ofGeneration;
        private final StringBuilder partial = new StringBuilder();

        Packets(int ofGeneration) {
            this.ofGeneration = ofGeneration;
        }

        @Override
        public void onOpen(WebSocket opened) {
            opened.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                String packet = partial.toString();
                partial.setLength(0);
                receive(ofGeneration, from, packet);
            }
            if (mayReadOn()) {
                from.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            lost(ofGeneration);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            lost(ofGeneration);
        }
    }
}
