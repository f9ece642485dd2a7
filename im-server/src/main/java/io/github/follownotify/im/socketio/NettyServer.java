package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOChannelInitializer;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.namespace.Namespace;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio's server with connections and an end of our own: stock takes seven seconds to end its thread groups,
 * without a word to the clients.
 */
final class NettyServer extends SocketIOServer {

    private final ListenedEvents listened;
    private @Nullable ChannelHandler connectionHandler;
    private @Nullable SocketIOChannelInitializer stockPipeline;
    private @Nullable EventLoopGroup acceptors;
    private @Nullable EventLoopGroup workers;
    private @Nullable Channel listener;

    NettyServer(Configuration configuration, ListenedEvents listened) {
        super(configuration);
        this.listened = listened;
    }

    /** @return the bind, finished or not */
    ChannelFuture bind(ChannelHandler forEachConnection) {
        connectionHandler = forEachConnection;
        ChannelFuture bound = (ChannelFuture) super.startAsync();
        listener = bound.channel();
        return bound;
    }

    /** The last step before stock binds, and the only hook that exposes what it created and keeps private. */
    @Override
    protected void applyConnectionOptions(ServerBootstrap bootstrap) {
        super.applyConnectionOptions(bootstrap);
        acceptors = bootstrap.config().group();
        workers = bootstrap.config().childGroup();
        if (bootstrap.config().childHandler() instanceof SocketIOChannelInitializer stock) {
            stockPipeline = stock;
        }
        bootstrap.childHandler(connectionHandler);
    }

    @Override
    public Future<Void> startAsync() {
        throw new UnsupportedOperationException("started by bind");
    }

    @Nullable
    Namespace namespace(String name) {
        return (Namespace) getNamespace(name);
    }

    boolean listensTo(Namespace namespace, String event) {
        return listened.contains(namespace.getName(), event);
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
        throw new UnsupportedOperationException("stopped by SocketServer");
    }
}
