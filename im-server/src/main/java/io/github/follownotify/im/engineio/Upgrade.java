package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A websocket that wants to take over from polling: connected, then probed, then upgraded.
 *
 * <p>Whatever goes wrong ends only the websocket. Polling goes on as if nothing had been tried.
 */
final class Upgrade {

    private static final byte[] PROBE = "2probe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAKE_OVER = "5".getBytes(StandardCharsets.US_ASCII);

    /** As Node's server does it. */
    private static final Duration RELEASE_POLL_AFTER = Duration.ofMillis(100);

    private final EventLoop home;
    private final Duration patience;
    private final Consumer<WebSocketTransport> takeOver;
    private @Nullable WebSocketTransport candidate;
    private @Nullable ScheduledFuture<?> timeout;
    private @Nullable ScheduledFuture<?> release;
    private boolean probed;
    private List<Runnable> afterwards = List.of();

    /** @param takeOver called with the websocket that carries the session from here on */
    Upgrade(EventLoop home, Duration patience, Consumer<WebSocketTransport> takeOver) {
        this.home = home;
        this.patience = patience;
        this.takeOver = takeOver;
    }

    /** @return false when another websocket is already about to take over */
    boolean begin(WebSocketTransport socket) {
        if (candidate != null) {
            return false;
        }
        candidate = socket;
        timeout = home.schedule(this::stop, patience.toMillis(), TimeUnit.MILLISECONDS);
        return true;
    }

    void frame(WebSocketTransport from, byte[] content, PollingTransport polling) {
        if (from != candidate) {
            return;
        }
        if (!probed && Arrays.equals(content, PROBE)) {
            probed = true;
            from.send(EnginePacket.PROBED);
            releasePollSoon(polling);
        } else if (probed && Arrays.equals(content, TAKE_OVER)) {
            forget();
            takeOver.accept(from);
        } else {
            stop();
        }
    }

    /**
     * The client pauses polling before it upgrades, for which a waiting GET needs an answer. Not at once: a GET that
     * comes after the take-over has to be refused, and on another connection it may overtake it by a little.
     */
    void releasePollSoon(PollingTransport polling) {
        if (probed && polling.hasPoll()) {
            stopRelease();
            release = home.schedule(
                    () -> polling.answer(EnginePacket.NOOP), RELEASE_POLL_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void abandonedBy(WebSocketTransport socket) {
        if (socket == candidate) {
            forget();
        }
    }

    /**
     * Runs a task as soon as no websocket is about to take over. Stock clients pause polling for an upgrade, and one
     * whose session ends in that moment hears of it on neither of the two and waits for its ping timeout.
     */
    void afterwards(Runnable task) {
        if (candidate == null) {
            task.run();
        } else {
            if (afterwards.isEmpty()) {
                afterwards = new ArrayList<>(1);
            }
            afterwards.add(task);
        }
    }

    void stop() {
        WebSocketTransport socket = candidate;
        forget();
        if (socket != null) {
            socket.close(CloseReason.UNWANTED);
        }
    }

    private void stopRelease() {
        if (release != null) {
            release.cancel(false);
        }
    }

    private void forget() {
        if (timeout != null) {
            timeout.cancel(false);
        }
        stopRelease();
        candidate = null;
        timeout = null;
        probed = false;
        List<Runnable> tasks = afterwards;
        afterwards = List.of();
        // Deferred, because the caller goes on with the upgrade.
        tasks.forEach(home::execute);
    }
}
