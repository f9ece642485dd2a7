package io.github.follownotify.testservices;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on the loopback interface that breaks on demand.
 *
 * <p>{@link #cut()} resets all connections and every new one; {@link #stall()} leaves them open and forwards nothing, as
 * a dead network does; {@link #restore()} ends both. What a method does is done when it returns. By hand, and not
 * Toxiproxy, because it runs inside the test without Docker, and its connections end with a reset.
 *
 * <p>One event loop for everything: a thousand devices that come back at once are accepted at once, and no connection
 * slips through between two states.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 4096;

    private final EventLoopGroup loop;
    private final Channel server;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    // The fields below belong to the event loop.
    private InetSocketAddress target;
    private boolean cut;
    private boolean stalled;

    public FaultProxy(String host, int port) {
        target = new InetSocketAddress(host, port);
        loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
        server = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        client.pipeline().addLast(new Acceptance());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Number of open connections. */
    public int connections() {
        return connections.size();
    }

    /** Resets every connection, now and until {@link #restore()}. */
    public void cut() {
        inLoop(() -> {
            cut = true;
            connections.forEach(Connection::reset);
        });
    }

    /** Resets the connections of this moment only; new ones work. */
    public void cutOnce() {
        inLoop(() -> connections.forEach(Connection::reset));
    }

    /** Leads all new connections to another port of the same host, as a balancer does when a node is gone. */
    public void redirect(int port) {
        inLoop(() -> target = new InetSocketAddress(target.getHostString(), port));
    }

    /** Forwards nothing from now on, with all connections left open. */
    public void stall() {
        inLoop(() -> {
            stalled = true;
            connections.forEach(Connection::readWherePossible);
        });
    }

    /** Works again; bytes that were held back by {@link #stall()} are forwarded. */
    public void restore() {
        inLoop(() -> {
            cut = false;
            stalled = false;
            connections.forEach(Connection::readWherePossible);
        });
    }

    @Override
    public void close() {
        if (loop.isShuttingDown()) {
            return;
        }
        server.close().syncUninterruptibly();
        cut();
        var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void inLoop(Runnable change) {
        loop.submit(change).syncUninterruptibly();
    }

    /** Closing with a linger time of zero sends RST instead of FIN. */
    private static void reset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException alreadyClosed) {
            // gone is gone
        }
        var unused = channel.close();
    }

    private final class Acceptance extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            SocketChannel client = (SocketChannel) context.channel();
            if (cut) {
                reset(client);
                return;
            }
            Connection connection = new Connection(client);
            connections.add(connection);
            client.pipeline().addLast(connection.new Direction());
            connection.open();
        }
    }

    /** A client's connection and the one to the target that belongs to it. */
    private final class Connection {

        private final SocketChannel client;
        private final SocketChannel upstream = new NioSocketChannel();
        private int forwardedEnds;

        Connection(SocketChannel client) {
            this.client = client;
        }

        void open() {
            new Bootstrap()
                    .group(client.eventLoop())
                    .channelFactory(() -> upstream)
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new Direction())
                    .connect(target)
                    .addListener(connected -> {
                        if (connected.isSuccess() && client.isActive()) {
                            readWherePossible();
                        } else {
                            reset();
                        }
                    });
        }

        void readWherePossible() {
            boolean open = client.isActive() && upstream.isActive();
            client.config().setAutoRead(open && !stalled && upstream.isWritable());
            upstream.config().setAutoRead(open && !stalled && client.isWritable());
        }

        void reset() {
            connections.remove(this);
            FaultProxy.reset(client);
            FaultProxy.reset(upstream);
        }

        /** What came before the end is forwarded first. */
        private void ended(DuplexChannel receiver) {
            var unused = receiver.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(forwarded -> forwardEnd(receiver));
        }

        private void forwardEnd(DuplexChannel receiver) {
            forwardedEnds++;
            if (forwardedEnds == 2) {
                connections.remove(this);
                var unused = client.close();
                unused = upstream.close();
            } else {
                var unused = receiver.shutdownOutput();
            }
        }

        /** Forwards what arrives at one of the two. */
        private final class Direction extends ChannelInboundHandlerAdapter {

            private SocketChannel receiver(ChannelHandlerContext context) {
                return context.channel() == client ? upstream : client;
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object bytes) {
                var unused = receiver(context).write(bytes, receiver(context).voidPromise());
            }

            @Override
            public void channelReadComplete(ChannelHandlerContext context) {
                receiver(context).flush();
            }

            @Override
            public void channelWritabilityChanged(ChannelHandlerContext context) {
                readWherePossible();
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof ChannelInputShutdownEvent) {
                    ended(receiver(context));
                }
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                if (connections.contains(Connection.this)) {
                    reset();
                }
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
                reset();
            }
        }
    }
}
