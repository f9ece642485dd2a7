package io.github.follownotify.quickstart;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends some follows through all parts before the page is announced, and removes them. The first follow in a fresh JVM
 * loads classes everywhere and takes many times as long as the next; the page would show that as our speed.
 */
final class WarmUp {

    /** Two users whom nobody meets: the page's are 1, 2 and those of a burst. */
    private static final long FOLLOWER = Long.MAX_VALUE - 1;

    private static final long FOLLOWED = Long.MAX_VALUE;

    private static final int FOLLOWS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final URI url;
    private final URI socketUrl;
    private final DemoTokens tokens;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    WarmUp(URI url, URI socketUrl, DemoTokens tokens) {
        this.url = url;
        this.socketUrl = socketUrl;
        this.tokens = tokens;
    }

    /** @throws Exception when a follow did not arrive in time; what was started is as usable as before */
    void run() throws Exception {
        Packets packets = new Packets();
        WebSocket socket = http.newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws" + socketUrl.toString().substring("http".length())
                                + "/socket.io/?EIO=4&transport=websocket"),
                        packets)
                .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        try {
            packets.await("0");
            socket.sendText("40{\"token\":\"" + tokens.issue(FOLLOWED, LIMIT.multipliedBy(12)) + "\"}", true)
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            packets.await("40");
            for (int i = 0; i < FOLLOWS; i++) {
                send("POST", "/followings", "{\"target\":" + FOLLOWED + "}");
                packets.await("42");
                send("DELETE", "/followings/" + FOLLOWED, "");
            }
        } finally {
            socket.abort();
        }
    }

    private void send(String method, String path, String body) throws Exception {
        http.send(
                HttpRequest.newBuilder(url.resolve(path))
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + tokens.issue(FOLLOWER, LIMIT.multipliedBy(12)))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.discarding());
    }

    /** The packets of the connection as they come; each of ours is one frame. */
    private static final class Packets implements WebSocket.Listener {

        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        /** Waits for the next packet that begins like this. */
        void await(String beginning) throws InterruptedException, TimeoutException {
            String packet;
            do {
                packet = received.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                if (packet == null) {
                    throw new TimeoutException("no packet " + beginning + " within " + LIMIT);
                }
            } while (!packet.startsWith(beginning));
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.add(data.toString());
            socket.request(1);
            return null;
        }
    }
}
