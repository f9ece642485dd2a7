package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.HandshakeData;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.handler.ClientHead;
import com.corundumstudio.socketio.protocol.Packet;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: it outlives the connections of long-polling and the upgrade to websocket.
 *
 * <p>Its state belongs to one event loop, its home; whoever comes from another thread goes through {@link #run}. To
 * netty-socketio it is the {@link ClientHead} that its namespaces, listeners and acks talk to.
 */
final class Session extends ClientHead {

    private static final long FAREWELL_MILLIS = 2_000;

    private final EventLoop home;
    private final Engine engine;
    private final int protocol;
    private final boolean takesErrorsAsText;
    private final Outbox outbox;
    private final Heartbeat heartbeat;
    private final Upgrade upgrade;
    private final MessageHandler messages;
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    private @Nullable HandshakeRequest request;
    private @Nullable AcceptedSocket accepted;
    private Wire wire;
    private boolean leaving;
    private volatile boolean closed;

    Session(UUID id, int protocol, Transport transport, EventLoop home, HandshakeRequest request, Engine engine) {
        super(
                id,
                engine.acks(),
                engine.acks()::onDisconnect,
                engine.configuration().getStoreFactory(),
                // The real one would keep the token in memory for as long as the connection lasts.
                new HandshakeData(
                        EmptyHttpHeaders.INSTANCE,
                        Map.of(),
                        request.address() instanceof InetSocketAddress address ? address : new InetSocketAddress(0),
                        "",
                        false),
                null,
                transport,
                null,
                engine.configuration(),
                Map.of("EIO", List.of(Integer.toString(protocol))));
        this.home = home;
        this.engine = engine;
        this.protocol = protocol;
        this.takesErrorsAsText = protocol == 3 && request.okHttp();
        this.request = request;
        this.outbox = new Outbox(engine.settings().queue());
        this.wire = new PollingWire(protocol == 4 ? PollingPayload.V4 : PollingPayload.V3, home);
        this.heartbeat = new Heartbeat(
                engine.settings(),
                protocol == 4,
                home,
                () -> send(Outbound.PING),
                () -> close(CloseReason.PING_TIMEOUT));
        this.upgrade = new Upgrade(this);
        this.messages = engine.messageHandler(this);
    }

    /** Runs on the session's home, at once when called there. */
    void run(Runnable task) {
        if (home.inEventLoop()) {
            task.run();
        } else {
            home.execute(task);
        }
    }

    /** Runs on the session's home, never at once. */
    void later(Runnable task) {
        home.execute(task);
    }

    ScheduledFuture<?> schedule(Runnable task, long delayMillis) {
        return home.schedule(task, Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
    }

    /** @param first websocket that the session begins with, or null when it begins with polling */
    void open(@Nullable WebSocketWire first) {
        if (first != null) {
            wire = first;
        }
        SocketSettings settings = engine.settings();
        send(Outbound.text(
                "0{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%d,\"pingTimeout\":%d,\"maxPayload\":%d}"
                        .formatted(
                                getSessionId(),
                                first == null ? "\"websocket\"" : "",
                                settings.pingInterval().toMillis(),
                                settings.pingTimeout().toMillis(),
                                settings.maxPayload().toBytes())));
        heartbeat.start();
        messages.opened();
        if (engine.isShuttingDown()) {
            close(CloseReason.SHUTDOWN);
        }
    }

    void poll(HttpExchange exchange) {
        if (!closed && heartbeat.isOver()) {
            close(CloseReason.PING_TIMEOUT);
        }
        if (!(wire instanceof PollingWire polling)) {
            exchange.refuse(closed ? Refusal.UNKNOWN_SESSION : Refusal.BAD_REQUEST);
        } else if (closed) {
            if (!polling.acceptLast(exchange)) {
                exchange.refuse(Refusal.UNKNOWN_SESSION);
            }
        } else if (polling.hasPoll()) {
            exchange.refuse(Refusal.BAD_REQUEST);
            close(CloseReason.PROTOCOL_ERROR);
        } else {
            polling.accept(exchange);
            exchange.onAbandoned(() -> run(() -> {
                if (polling.isPoll(exchange)) {
                    close(CloseReason.GONE);
                }
            }));
            polling.flush(outbox);
            upgrade.releasePoll();
        }
    }

    void post(byte[] body, HttpExchange exchange) {
        if (closed || !(wire instanceof PollingWire)) {
            exchange.refuse(closed ? Refusal.UNKNOWN_SESSION : Refusal.BAD_REQUEST);
            return;
        }
        try {
            List<Outbound> packets = (protocol == 4 ? PollingPayload.V4 : PollingPayload.V3).split(body);
            if (packets.size() > engine.settings().limits().packetsPerSecond()) {
                close(CloseReason.FLOOD);
            }
            for (Outbound packet : packets) {
                if (!closed) {
                    received(packet.bytes(), packet.binary());
                }
            }
            exchange.ok();
        } catch (ProtocolException broken) {
            exchange.refuse(Refusal.BAD_REQUEST);
            close(CloseReason.PROTOCOL_ERROR);
        }
    }

    /** A websocket connected with this session's id. */
    void connected(WebSocketWire socket) {
        if (closed || !(wire instanceof PollingWire) || !upgrade.begin(socket)) {
            socket.close(CloseReason.DISCONNECTED);
        }
    }

    void frame(WebSocketWire from, byte[] content, boolean binary) {
        if (closed) {
            return;
        }
        if (from != wire) {
            upgrade.frame(from, content);
            return;
        }
        try {
            received(content, binary);
        } catch (ProtocolException broken) {
            close(CloseReason.PROTOCOL_ERROR);
        }
    }

    void disconnected(WebSocketWire socket) {
        if (socket == wire) {
            close(CloseReason.GONE);
        } else {
            upgrade.abandonedBy(socket);
        }
    }

    /** The websocket takes over; what waits goes out there. */
    void upgradeTo(WebSocketWire socket) {
        if (wire instanceof PollingWire polling) {
            polling.answer(Outbound.NOOP);
        }
        wire = socket;
        flush();
    }

    @Nullable
    PollingWire polling() {
        return wire instanceof PollingWire polling ? polling : null;
    }

    private void received(byte[] packet, boolean binary) throws ProtocolException {
        if (binary) {
            message(packet, true);
            return;
        }
        switch (packet.length == 0 ? 0 : packet[0]) {
            case '1' -> close(CloseReason.CLIENT);
            case '2' -> {
                if (protocol == 4) {
                    throw new ProtocolException("ping from a client of Engine.IO 4");
                }
                heartbeat.heard();
                byte[] pong = packet.clone();
                pong[0] = '3';
                send(new Outbound(pong, false, 0));
            }
            case '3' -> heartbeat.heard();
            case '4' -> message(Arrays.copyOfRange(packet, 1, packet.length), false);
            case '6' -> {
                // A noop says nothing.
            }
            default -> throw new ProtocolException("unknown packet type");
        }
    }

    private void message(byte[] content, boolean binary) throws ProtocolException {
        if (!leaving) {
            messages.message(content, binary);
        }
    }

    /** Queues one of the protocol's own packets. Home only. */
    void send(Outbound packet) {
        if (closed) {
            return;
        }
        if (outbox.offerControl(packet)) {
            flush();
        } else {
            close(CloseReason.SLOW_CLIENT);
        }
    }

    /** Queues a live event. Any thread; a burst costs one task and one flush. */
    void sendLive(Outbound packet) {
        if (closed) {
            return;
        }
        if (!outbox.offerLive(packet)) {
            engine.metrics().dropped(CloseReason.SLOW_CLIENT);
            close(CloseReason.SLOW_CLIENT);
        } else if (flushScheduled.compareAndSet(false, true)) {
            home.execute(this::flush);
        }
    }

    void flush() {
        flushScheduled.set(false);
        if (!closed) {
            wire.flush(outbox);
        }
    }

    /** Ends the session when a client in the middle of an upgrade can hear of it. Home only. */
    void closeAfterUpgrade(CloseReason reason) {
        upgrade.afterwards(() -> close(reason));
    }

    /**
     * Ends the session when the client had the time to read its last packets and to close by itself. Closing at once
     * would look like a network fault to most clients: they would come back, and lose what they were told on the way.
     */
    void closeAfterFarewell(CloseReason reason) {
        leaving = true;
        ScheduledFuture<?> unused = schedule(() -> closeAfterUpgrade(reason), FAREWELL_MILLIS);
    }

    /** Ends the session; any thread, only the first call counts. */
    void close(CloseReason reason) {
        run(() -> {
            if (closed) {
                return;
            }
            closed = true;
            heartbeat.stop();
            upgrade.stop();
            outbox.dropEvents();
            engine.metrics().closed(reason);
            messages.closed();
            if (accepted != null) {
                accepted.leave();
            }
            wire.end(outbox, reason, () -> engine.forget(this));
        });
    }

    /** @return the close, for a caller that is on no event loop and waits for it */
    Future<?> end(CloseReason reason) {
        return home.submit(() -> close(reason));
    }

    boolean isClosed() {
        return closed;
    }

    Outbox outbox() {
        return outbox;
    }

    Engine engine() {
        return engine;
    }

    int protocol() {
        return protocol;
    }

    @Nullable
    AcceptedSocket accepted() {
        return accepted;
    }

    void accept(AcceptedSocket socket) {
        accepted = socket;
    }

    /** Whether this is a Java client 1.x: it drops an error that is no string, and its user would never be told. */
    boolean takesErrorsAsText() {
        return takesErrorsAsText;
    }

    /** What the client said at the handshake; once, then it is forgotten. */
    @Nullable
    HandshakeRequest takeRequest() {
        HandshakeRequest taken = request;
        request = null;
        return taken;
    }

    // What netty-socketio's namespaces, clients and acks call.

    @Override
    public @Nullable ChannelFuture send(Packet packet) {
        List<Outbound> encoded = PacketWriter.write(packet);
        run(() -> encoded.forEach(this::send));
        return null;
    }

    @Override
    public @Nullable ChannelFuture send(Packet packet, Transport transport) {
        return send(packet);
    }

    @Override
    public Transport getCurrentTransport() {
        return wire instanceof PollingWire ? Transport.POLLING : Transport.WEBSOCKET;
    }

    @Override
    public boolean isConnected() {
        return !closed;
    }

    @Override
    public boolean isChannelOpen() {
        return !closed;
    }

    @Override
    public boolean isWritable() {
        return !closed;
    }

    @Override
    public void disconnect() {
        close(CloseReason.DISCONNECTED);
    }

    @Override
    public void onChannelDisconnect() {
        close(CloseReason.GONE);
    }
}
