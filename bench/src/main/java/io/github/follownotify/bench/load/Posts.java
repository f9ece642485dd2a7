package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Keep-alive connections over which follows are sent. Belongs to the loop, but for opening and closing. */
final class Posts implements AutoCloseable {

    static final int NO_ANSWER = 0;

    private static final int RECONNECT_MILLIS = 1;

    private final LoadLoop loop;
    private final List<URI> apis;
    private final Tokens tokens;
    private final Listener listener;
    private final Map<Long, byte[]> heads = new HashMap<>();
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    interface Listener {

        /** @param status HTTP status, or {@link #NO_ANSWER} when the connection ended first */
        void answered(long follow, int status, long now);

        /** A connection can take a request. */
        void idle();
    }

    Posts(LoadLoop loop, List<URI> apis, Tokens tokens, Listener listener) {
        this.loop = loop;
        this.apis = List.copyOf(apis);
        this.tokens = tokens;
        this.listener = listener;
    }

    void open(int count) {
        loop.call(() -> {
            for (int i = 0; i < count; i++) {
                Connection connection = new Connection(apis.get(i % apis.size()));
                connections.add(connection);
                connection.connect();
            }
            return true;
        });
    }

    boolean hasIdle() {
        return !idle.isEmpty();
    }

    void send(long follow, long follower, long target) {
        idle.remove().send(follow, head(follower), "{\"target\":" + target + "}");
    }

    @Override
    public void close() {
        loop.call(() -> {
            closed = true;
            connections.forEach(Connection::close);
            return true;
        });
    }

    private byte[] head(long follower) {
        return heads.computeIfAbsent(
                follower, user -> ("POST /followings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + tokens.of(user) + "\r\nContent-Type: application/json\r\nContent-Length: ")
                        .getBytes(US_ASCII));
    }

    private final class Connection {

        private final URI api;
        private @Nullable Channel channel;
        private long follow = -1;
        private int status;
        private boolean keepAlive;

        Connection(URI api) {
            this.api = api;
        }

        void connect() {
            loop.bootstrap()
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            opened.pipeline().addLast(new HttpResponseDecoder(), new Answers());
                        }
                    })
                    .connect(new InetSocketAddress(api.getHost(), api.getPort()))
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            ended();
                        }
                    });
        }

        void close() {
            if (channel != null) {
                var unused = channel.close();
            }
        }

        void send(long number, byte[] head, String body) {
            Channel current = channel;
            follow = number;
            if (current == null) {
                ended();
                return;
            }
            String rest = body.length() + "\r\n\r\n" + body;
            ByteBuf request = current.alloc().buffer(head.length + rest.length());
            request.writeBytes(head).writeCharSequence(rest, US_ASCII);
            var unused = current.writeAndFlush(request);
        }

        private void active(Channel opened) {
            channel = opened;
            follow = -1;
            idle.add(this);
            listener.idle();
        }

        private void answer() {
            long answered = follow;
            follow = -1;
            listener.answered(answered, status, System.nanoTime());
            if (keepAlive) {
                idle.add(this);
                listener.idle();
            } else {
                // Servers close a connection after so many requests: the next one takes its place.
                close();
            }
        }

        private void ended() {
            boolean wasIdle = idle.remove(this);
            channel = null;
            if (follow >= 0 && !wasIdle) {
                long unanswered = follow;
                follow = -1;
                listener.answered(unanswered, NO_ANSWER, System.nanoTime());
            }
            if (!closed) {
                var unused = loop.loop().schedule(this::connect, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        private final class Answers extends ChannelInboundHandlerAdapter {

            @Override
            public void channelActive(ChannelHandlerContext context) {
                active(context.channel());
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpResponse response) {
                    status = response.status().code();
                    keepAlive = HttpUtil.isKeepAlive(response);
                }
                boolean last = message instanceof LastHttpContent;
                ReferenceCountUtil.release(message);
                if (last) {
                    answer();
                }
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                ended();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                var unused = context.close();
            }
        }
    }
}
