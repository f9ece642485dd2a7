package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.ack.AckManager;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The open sessions of this node, and what they all share. */
final class Engine {

    private final ConcurrentMap<UUID, Session> sessions = new ConcurrentHashMap<>();
    private final SocketSettings settings;
    private final Configuration configuration;
    private final AckManager acks;
    private final ConnectionMetrics metrics;
    private final Function<Session, MessageHandler> messageHandlers;
    private volatile boolean shuttingDown;

    Engine(
            SocketSettings settings,
            Configuration configuration,
            AckManager acks,
            ConnectionMetrics metrics,
            Function<Session, MessageHandler> messageHandlers) {
        this.settings = settings;
        this.configuration = configuration;
        this.acks = acks;
        this.metrics = metrics;
        this.messageHandlers = messageHandlers;
    }

    /**
     * @param home event loop that all state of the session will belong to
     * @return a session that its transport has to {@link Session#open open}
     */
    Session create(int protocol, Transport transport, EventLoop home, HandshakeRequest request) {
        // 122 random bits of a SecureRandom. Neither a header nor a cookie is asked, so nobody can choose another's id.
        Session session = new Session(UUID.randomUUID(), protocol, transport, home, request, this);
        sessions.put(session.getSessionId(), session);
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

    void forget(Session session) {
        sessions.remove(session.getSessionId());
    }

    Collection<Session> sessions() {
        return sessions.values();
    }

    /** Ends every session as soon as its client can hear of it, those that are being opened included. */
    void shutDown() {
        shuttingDown = true;
        sessions.values().forEach(session -> session.run(() -> session.closeAfterUpgrade(CloseReason.SHUTDOWN)));
    }

    /** Ends the sessions that are still open, whether their clients hear of it or not, and waits for it. */
    void endAll(Duration wait) {
        List<Future<?>> ends = new ArrayList<>();
        sessions.values().forEach(session -> ends.add(session.end(CloseReason.SHUTDOWN)));
        ends.forEach(end -> end.awaitUninterruptibly(wait.toMillis()));
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }

    MessageHandler messageHandler(Session session) {
        return messageHandlers.apply(session);
    }

    SocketSettings settings() {
        return settings;
    }

    Configuration configuration() {
        return configuration;
    }

    AckManager acks() {
        return acks;
    }

    ConnectionMetrics metrics() {
        return metrics;
    }
}
