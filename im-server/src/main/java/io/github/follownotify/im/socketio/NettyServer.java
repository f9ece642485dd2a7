package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.namespace.Namespace;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * netty-socketio's server with a pipeline and an end of our own: stock keeps its thread groups to itself and takes seven
 * seconds to end them, without a word to the clients.
 */
final class NettyServer extends SocketIOServer {

    /** What every connection's pipeline is told when the server stops. */
    enum Stopping {
        STOPPING
    }

    private final SocketSettings settings;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup acceptors;
    private @Nullable EventLoopGroup workers;
    private @Nullable Channel listener;

    NettyServer(SocketSettings settings, Configuration configuration) {
        super(configuration);
        this.settings = settings;
    }

    /** @return the bind, finished or not */
    ChannelFuture bind(SocketPipeline pipeline) {
        acceptors = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        workers = new MultiThreadIoEventLoopGroup(settings.workerThreads(), NioIoHandler.newFactory());
        ServerBootstrap bootstrap = new ServerBootstrap();
        bootstrap
                .group(acceptors, workers)
                .channel(NioServerSocketChannel.class)
                .childHandler(pipeline);
        applyConnectionOptions(bootstrap);
        InetSocketAddress address = settings.host() == null
                ? new InetSocketAddress(settings.port())
                : new InetSocketAddress(settings.host(), settings.port());
        ChannelFuture bound = bootstrap.bind(address);
        listener = bound.channel();
        return bound;
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
