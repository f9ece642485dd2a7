package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: it outlives the connections of long-polling and the upgrade to websocket.
 *
 * <p>Its state belongs to one event loop, its home; whoever comes from another thread goes through {@link #run}.
 */
public final class Session {

    private static final long FAREWELL_MILLIS = 2_000;

    private enum State {
        OPENING,
        OPEN,
        /** The client was told that the session ends; whatever it still sends is ignored. */
        CLOSING,
        CLOSED
    }

    private final UUID id = UUID.randomUUID();
    private final int protocol;
    private final EventLoop home;
    private final EngineSettings settings;
    private final ConnectionMetrics metrics;
    private final Consumer<Session> unreachable;
    private final SendQueue queue;
    private final Heartbeat heartbeat;
    private final Transports transports;
    private final MessageHandler messages;
    private final PacketReceiver receiver;
    private final LoopFlushes flushes;
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    private volatile State state = State.OPENING;

    /**
     * @param protocol version of Engine.IO, 3 or 4
     * @param flushes those of the home
     * @param messages creates the session's message handler
     * @param unreachable called when no request can reach the session any more
     */
    Session(
            int protocol,
            EventLoop home,
            LoopFlushes flushes,
            EngineSettings settings,
            ConnectionMetrics metrics,
            Function<Session, MessageHandler> messages,
            Consumer<Session> unreachable) {
        this.protocol = protocol;
        this.home = home;
        this.flushes = flushes;
        this.settings = settings;
        this.metrics = metrics;
        this.unreachable = unreachable;
        this.queue = new SendQueue(new QueueBudget(settings.queue()));
        this.heartbeat = new Heartbeat(
                settings, protocol == 4, home, () -> send(EnginePacket.PING), () -> close(CloseReason.PING_TIMEOUT));
        this.transports = new Transports(this, home, settings, queue, heartbeat);
        this.messages = messages.apply(this);
        this.receiver = new PacketReceiver(protocol, heartbeat, this::send, this.messages);
    }

    /** Whoever knows it can speak for the session. */
    public UUID id() {
        return id;
    }

    public int protocol() {
        return protocol;
    }

    public boolean isPolling() {
        return transports.isPolling();
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Where requests and frames of the client come in. */
    Transports transports() {
        return transports;
    }

    /** Runs on the session's home, at once when called there. */
    public void run(Runnable task) {
        if (home.inEventLoop()) {
            task.run();
        } else {
            home.execute(task);
        }
    }

    /** Runs on the session's home, never at once. */
    public void later(Runnable task) {
        home.execute(task);
    }

    /** Runs on the session's home after a while. */
    public Future<?> schedule(Runnable task, long delayMillis) {
        return home.schedule(task, Math.max(0, delayMillis), TimeUnit.MILLISECONDS);
    }

    /** @param first websocket that the session begins with, or null when it begins with polling */
    void open(@Nullable WebSocketTransport first) {
        if (first != null) {
            transports.beginWith(first);
        }
        state = State.OPEN;
        send(EnginePacket.open(id, first == null, settings));
        heartbeat.start();
        messages.opened();
    }

    void receive(byte[] packet, boolean binary) throws ProtocolException {
        if (!isClosed() && !receiver.receive(packet, binary)) {
            close(CloseReason.CLIENT);
        }
    }

    /** Queues a packet before whatever the attached source has. Home only. */
    public void send(EnginePacket packet) {
        if (isClosed()) {
            return;
        }
        if (queue.offer(packet)) {
            flush();
        } else {
            close(CloseReason.SLOW_CLIENT);
        }
    }

    /** The source's packets go out from here on, instead of those of the one before. Home only. */
    public void attach(PacketSource source) {
        if (!isClosed()) {
            queue.attach(source);
        }
    }

    public void detach(PacketSource source) {
        queue.detach(source);
    }

    /** Sends what is queued, as far as the client takes it. Home only. */
    public void flush() {
        if (!isClosed()) {
            transports.flush();
        }
    }

    /** Any thread; a burst costs one flush. */
    public void flushSoon() {
        if (!isClosed() && flushScheduled.compareAndSet(false, true)) {
            flushes.add(this);
        }
    }

    void flushAsScheduled() {
        flushScheduled.set(false);
        flush();
    }

    /** Ends the session once a client in the middle of an upgrade can be told. Home only. */
    public void closeAfterUpgrade(CloseReason reason) {
        transports.afterUpgrade(() -> close(reason));
    }

    /**
     * Ends the session after giving the client time to read its last packets and to close by itself. To most clients,
     * closing at once is a network fault: they would reconnect, and miss what they were told.
     */
    public void closeAfterFarewell(CloseReason reason) {
        if (state == State.OPEN) {
            state = State.CLOSING;
            receiver.stopListening();
        }
        Future<?> unused = schedule(() -> closeAfterUpgrade(reason), FAREWELL_MILLIS);
    }

    /** Ends the session; any thread, only the first call counts. */
    public void close(CloseReason reason) {
        run(() -> {
            if (isClosed()) {
                return;
            }
            state = State.CLOSED;
            heartbeat.stop();
            queue.detach();
            metrics.closed(reason);
            messages.closed();
            transports.end(reason, () -> unreachable.accept(this));
        });
    }

    /** @return the close, for a caller that is on no event loop and waits for it */
    io.netty.util.concurrent.Future<?> end(CloseReason reason) {
        return home.submit(() -> close(reason));
    }
}
