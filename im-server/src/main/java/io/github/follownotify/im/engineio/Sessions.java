package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The sessions of this node that a request can reach. */
final class Sessions {

    private final ConcurrentMap<UUID, Session> sessions = new ConcurrentHashMap<>();
    private final ConcurrentMap<EventLoop, LoopFlushes> flushes = new ConcurrentHashMap<>();
    private final EngineSettings settings;
    private final ConnectionMetrics metrics;
    private final MessageHandlers messages;
    private volatile boolean shuttingDown;

    Sessions(EngineSettings settings, ConnectionMetrics metrics, MessageHandlers messages) {
        this.settings = settings;
        this.metrics = metrics;
        this.messages = messages;
    }

    /**
     * Creates a session and opens it.
     *
     * @param home event loop that all state of the session will belong to, the caller's
     * @param first websocket that the session begins with, or null when it begins with polling
     */
    Session open(int protocol, EventLoop home, Handshake handshake, @Nullable WebSocketTransport first) {
        Session session = new Session(
                protocol,
                home,
                flushes.computeIfAbsent(home, LoopFlushes::new),
                settings,
                metrics,
                created -> messages.handlerOf(created, handshake),
                gone -> sessions.remove(gone.id()));
        sessions.put(session.id(), session);
        session.open(first);
        if (shuttingDown) {
            session.close(CloseReason.SHUTDOWN);
        }
        return session;
    }

    @Nullable
    Session find(@Nullable String sessionId) {
        if (sessionId == null || sessionId.length() != 36) {
            return null;
        }
        try {
            return sessions.get(UUID.fromString(sessionId));
        } catch (IllegalArgumentException noSessionId) {
            return null;
        }
    }

    int size() {
        return sessions.size();
    }

    /** Ends every session as soon as its client can be told, including those being opened. */
    void shutDown() {
        shuttingDown = true;
        sessions.values().forEach(session -> session.run(() -> session.closeAfterUpgrade(CloseReason.SHUTDOWN)));
    }

    /** Ends the sessions that are still open, whether or not their clients can be told, and waits for it. */
    void endAll(Duration wait) {
        List<Future<?>> ends = new ArrayList<>();
        sessions.values().forEach(session -> ends.add(session.end(CloseReason.SHUTDOWN)));
        ends.forEach(end -> end.awaitUninterruptibly(wait.toMillis()));
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }
}
