package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What carries one session: polling, a websocket, or polling that a websocket is about to take over from. Takes the
 * requests and frames of the session's client. Belongs to the session's event loop.
 */
final class Transports {

    private final Session session;
    private final SendQueue queue;
    private final Heartbeat heartbeat;
    private final PollingPayload payload;
    private final RateLimit packets;
    private final Upgrade upgrade;
    private Transport current;

    Transports(Session session, EventLoop home, EngineSettings settings, SendQueue queue, Heartbeat heartbeat) {
        this.session = session;
        this.queue = queue;
        this.heartbeat = heartbeat;
        this.payload = session.protocol() == 4 ? PollingPayload.V4 : PollingPayload.V3;
        this.packets = new RateLimit(settings.limits().packetsPerSecond());
        this.upgrade = new Upgrade(home, settings.upgradeTimeout(), this::upgradeTo);
        this.current = new PollingTransport(payload, home);
    }

    boolean isPolling() {
        return current instanceof PollingTransport;
    }

    void beginWith(WebSocketTransport socket) {
        current = socket;
    }

    /** @param key the value that differs in each GET that the client itself sends, or null */
    void poll(HttpExchange exchange, @Nullable String key) {
        if (!session.isClosed() && heartbeat.isOver()) {
            session.close(CloseReason.PING_TIMEOUT);
        }
        if (!(current instanceof PollingTransport polling)) {
            exchange.refuse(session.isClosed() ? Refusal.UNKNOWN_SESSION : Refusal.BAD_REQUEST);
        } else if (session.isClosed()) {
            if (!polling.acceptLast(exchange)) {
                exchange.refuse(Refusal.UNKNOWN_SESSION);
            }
        } else if (polling.poll(exchange, key, queue, () -> session.close(CloseReason.GONE))) {
            upgrade.releasePollSoon(polling);
        } else {
            session.close(CloseReason.PROTOCOL_ERROR);
        }
    }

    void post(byte[] body, HttpExchange exchange) {
        if (session.isClosed() || !isPolling()) {
            exchange.refuse(session.isClosed() ? Refusal.UNKNOWN_SESSION : Refusal.BAD_REQUEST);
            return;
        }
        try {
            for (EnginePacket packet : payload.split(body, packets)) {
                session.receive(packet.bytes(), packet.binary());
            }
            exchange.ok();
        } catch (ProtocolException broken) {
            exchange.refuse(Refusal.BAD_REQUEST);
            session.close(broken.reason());
        }
    }

    /** A websocket connected with the session's id. */
    void connected(WebSocketTransport socket) {
        if (session.isClosed() || !isPolling() || !upgrade.begin(socket)) {
            socket.close(CloseReason.UNWANTED);
        }
    }

    /** Counts a frame before it is read. Any thread. */
    boolean mayReceive() {
        return packets.tryTake();
    }

    void frame(WebSocketTransport from, byte[] content, boolean binary) {
        if (session.isClosed()) {
            return;
        }
        if (current instanceof PollingTransport polling) {
            upgrade.frame(from, content, polling);
        } else if (from == current) {
            try {
                session.receive(content, binary);
            } catch (ProtocolException broken) {
                session.close(broken.reason());
            }
        }
    }

    void disconnected(WebSocketTransport socket) {
        if (socket == current) {
            session.close(CloseReason.GONE);
        } else {
            upgrade.abandonedBy(socket);
        }
    }

    /** Sends what is queued, as far as the client takes it. */
    void flush() {
        current.flush(queue);
    }

    /** Runs a task once a client in the middle of an upgrade can be told. */
    void afterUpgrade(Runnable task) {
        upgrade.afterwards(task);
    }

    /** @param ended called once, when the client can't reach the session any more */
    void end(CloseReason reason, Runnable ended) {
        upgrade.stop();
        current.end(queue, reason, ended);
    }

    private void upgradeTo(WebSocketTransport socket) {
        if (current instanceof PollingTransport polling) {
            polling.refusePoll();
        }
        current = socket;
        session.flush();
    }
}
