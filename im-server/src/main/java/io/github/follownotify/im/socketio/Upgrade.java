package io.github.follownotify.im.socketio;

import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A websocket that wants to take over from polling: connected, then probed, then upgraded.
 *
 * <p>Whatever goes wrong ends only the websocket. Polling goes on as if nothing had been tried.
 */
final class Upgrade {

    private static final byte[] PROBE = "2probe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAKE_OVER = "5".getBytes(StandardCharsets.US_ASCII);

    private final Session session;
    private @Nullable WebSocketWire candidate;
    private @Nullable ScheduledFuture<?> timeout;
    private boolean probed;
    private final List<Runnable> afterwards = new ArrayList<>();

    Upgrade(Session session) {
        this.session = session;
    }

    /** @return false when another websocket is already about to take over */
    boolean begin(WebSocketWire socket) {
        if (candidate != null) {
            return false;
        }
        candidate = socket;
        timeout = session.schedule(
                this::stop, session.engine().settings().upgradeTimeout().toMillis());
        return true;
    }

    void frame(WebSocketWire from, byte[] content) {
        if (from != candidate) {
            return;
        }
        if (!probed && Arrays.equals(content, PROBE)) {
            probed = true;
            from.send(Outbound.PROBED);
            releasePoll();
        } else if (probed && Arrays.equals(content, TAKE_OVER)) {
            forget();
            session.upgradeTo(from);
        } else {
            stop();
        }
    }

    /** The client pauses polling before it upgrades, for which a waiting GET needs an answer. */
    void releasePoll() {
        PollingWire polling = session.polling();
        if (probed && polling != null) {
            polling.answer(Outbound.NOOP);
        }
    }

    void abandonedBy(WebSocketWire socket) {
        if (socket == candidate) {
            forget();
        }
    }

    /**
     * Runs a task as soon as no websocket is about to take over. Stock clients pause polling for an upgrade, and one whose
     * session ends in that moment hears of it on neither of the two and waits for its ping timeout.
     */
    void afterwards(Runnable task) {
        if (candidate == null) {
            task.run();
        } else {
            afterwards.add(task);
        }
    }

    void stop() {
        WebSocketWire socket = candidate;
        forget();
        if (socket != null) {
            socket.close(CloseReason.DISCONNECTED);
        }
    }

    private void forget() {
        if (timeout != null) {
            timeout.cancel(false);
        }
        candidate = null;
        timeout = null;
        probed = false;
        List<Runnable> tasks = List.copyOf(afterwards);
        afterwards.clear();
        for (Runnable task : tasks) {
            // Later, because whoever forgets goes on with the upgrade.
            ScheduledFuture<?> unused = session.schedule(task, 0);
        }
    }
}
