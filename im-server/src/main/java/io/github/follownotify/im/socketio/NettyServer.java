package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOChannelInitializer;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.namespace.Namespace;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio's server with a pipeline and an end of our own: stock takes seven seconds to end its thread groups, without
 * a word to the clients.
 */
final class NettyServer extends SocketIOServer {

    /** What every connection's pipeline is told when the server stops. */
    enum Stopping {
        STOPPING
    }

    private final SocketSettings settings;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable SocketPipeline pipeline;
    private @Nullable SocketIOChannelInitializer stockPipeline;
    private @Nullable EventLoopGroup acceptors;
    private @Nullable EventLoopGroup workers;
    private @Nullable Channel listener;

    NettyServer(SocketSettings settings, Configuration configuration) {
        super(configuration);
        this.settings = settings;
    }

    /** @return the bind, finished or not */
    ChannelFuture bind(SocketPipeline pipeline) {
        this.pipeline = pipeline;
        ChannelFuture bound = (ChannelFuture) super.startAsync();
        listener = bound.channel();
        return bound;
    }

    /** The last step before stock binds, and the only place that shows what it made and keeps to itself. */
    @Override
    protected void applyConnectionOptions(ServerBootstrap bootstrap) {
        super.applyConnectionOptions(bootstrap);
        acceptors = bootstrap.config().group();
        workers = bootstrap.config().childGroup();
        if (bootstrap.config().childHandler() instanceof SocketIOChannelInitializer stock) {
            stockPipeline = stock;
        }
        bootstrap.childHandler(pipeline);
    }

    @Override
    public Future<Void> startAsync() {
        throw new UnsupportedOperationException("started by bind");
    }

    @Nullable
    Namespace namespace(String name) {
        return (Namespace) getNamespace(name);
    }

    void track(Channel connection) {
        connections.add(connection);
    }

    int port() {
        return listener != null && listener.localAddress() instanceof InetSocketAddress address
                ? address.getPort()
                : -1;
    }

    void stopAccepting() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
    }

    /** Waits for the connections to end by themselves, then ends the rest. */
    void closeConnections(Duration wait) {
        connections.forEach(connection -> connection.pipeline().fireUserEventTriggered(Stopping.STOPPING));
        connections.newCloseFuture().awaitUninterruptibly(wait.toMillis());
        connections.close().awaitUninterruptibly(wait.toMillis());
    }

    void endThreads(Duration wait) {
        if (stockPipeline != null) {
            // It never served a channel, but it made a timer, which is a leak until it is stopped.
            stockPipeline.stop();
        }
        for (EventLoopGroup group : new EventLoopGroup[] {acceptors, workers}) {
            if (group != null) {
                group.shutdownGracefully(0, wait.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(wait.toMillis());
            }
        }
    }

    @Override
    public void stop() {
        stopAccepting();
        closeConnections(settings.shutdownTimeout());
        endThreads(settings.shutdownTimeout());
    }
}
