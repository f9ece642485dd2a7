package io.github.follownotify.im.engineio;

import io.netty.channel.ChannelHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;

/** Engine.IO on the connections of a listener: what {@link #connectionHandler} is set on speaks it. */
public final class Engine {

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final EnginePipeline pipeline;

    public Engine(EngineSettings settings, ConnectionMetrics metrics, MessageHandlers messages) {
        this.sessions = new Sessions(settings, metrics, messages);
        this.limits = new ConnectionLimits(settings);
        this.pipeline = new EnginePipeline(settings, metrics, sessions, limits, connections::add);
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

    /** Ends every session as soon as its client can be told, and opens no more. */
    public void shutDown() {
        sessions.shutDown();
    }

    /**
     * Waits for the connections to end by themselves, then ends the rest, and then sessions left without a connection.
     */
    public void closeConnections(Duration wait) {
        connections.forEach(
                connection -> connection.pipeline().fireUserEventTriggered(HttpRequestHandler.Stopping.STOPPING));
        connections.newCloseFuture().awaitUninterruptibly(wait.toMillis());
        connections.close().awaitUninterruptibly(wait.toMillis());
        sessions.endAll(wait);
    }
}
