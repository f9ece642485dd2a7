package io.github.follownotify.im.engineio;

import io.netty.channel.ChannelHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;

/** Engine.IO on the connections of a listener: what {@link #connectionHandler} is set on speaks it. */
public final class Engine {

    /** What every connection's pipeline is told when the server stops. */
    enum Stopping {
        STOPPING
    }

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final EnginePipeline pipeline;

    public Engine(EngineSettings settings, ConnectionMetrics metrics, Messages messages) {
        this.sessions = new Sessions(settings, metrics, messages);
        this.limits = new ConnectionLimits(settings);
        this.pipeline = new EnginePipeline(settings, metrics, sessions, limits, connections::add);
    }

    /** What the messages of a session mean. */
    @FunctionalInterface
    public interface Messages {

        MessageHandler handlerOf(Session session, Handshake handshake);
    }

    /** For each connection that a listener accepts. */
    public ChannelHandler connectionHandler() {
        return pipeline;
    }

    public int sessions() {
        return sessions.size();
    }

    public int connections() {
        return limits.total();
    }

    /** Ends every session as soon as its client can hear of it, and opens none any more. */
    public void shutDown() {
        sessions.shutDown();
    }

    /** Waits for the connections to end by themselves, then ends the rest, and then what sessions are left without one. */
    public void closeConnections(Duration wait) {
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(Stopping.STOPPING));
        connections.newCloseFuture().awaitUninterruptibly(wait.toMillis());
        connections.close().awaitUninterruptibly(wait.toMillis());
        sessions.endAll(wait);
    }
}
