package io.github.follownotify.bench.ceiling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.net.InetAddress;

/** Bare Netty: accepts every WebSocket, answers the Socket.IO handshake without reading it, and knows nobody. */
public final class NullServer {

    private static final String OPEN =
            "0{\"sid\":\"null\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":65536}";
    private static final String CONNECTED = "40{\"sid\":\"null\"}";
    private static final int MAX_CONTENT = 8192;

    private NullServer() {}

    /** Serves until the process ends. */
    public static Channel start(int port) {
        return new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_CONTENT), new Handshake());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
    }

    private static void send(ChannelHandlerContext context, String packet) {
        var unused = context.channel().writeAndFlush(new TextWebSocketFrame(packet));
    }

    private static final class Handshake extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            FullHttpRequest request = (FullHttpRequest) message;
            try {
                if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
                    var unused = new WebSocketServerHandshakerFactory("", null, false, MAX_CONTENT)
                            .newHandshaker(request)
                            .handshake(context.channel(), request);
                    context.pipeline().replace(this, "packets", new Packets());
                    send(context, OPEN);
                } else {
                    DefaultFullHttpResponse ok = new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer("ok".getBytes(UTF_8)));
                    ok.headers().set(HttpHeaderNames.CONTENT_LENGTH, 2);
                    var unused = context.writeAndFlush(ok);
                }
            } finally {
                request.release();
            }
        }
    }

    private static final class Packets extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            if (frame.text().startsWith("40")) {
                send(context, CONNECTED);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }
}
