package io.github.follownotify.im.engineio;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP connection into a websocket. No session exists before the handshake has succeeded. */
final class WebSocketOpener {

    private final Sessions sessions;
    private final int maxPayload;

    WebSocketOpener(Sessions sessions, int maxPayload) {
        this.sessions = sessions;
        this.maxPayload = maxPayload;
    }

    int maxPayload() {
        return maxPayload;
    }

    /**
     * @param upgrading session that the websocket wants to take over, or null when it is to have its own
     * @param opened called when the connection has become a websocket
     */
    void open(
            ChannelHandlerContext context,
            FullHttpRequest request,
            int protocol,
            Handshake handshake,
            @Nullable Session upgrading,
            HttpExchange exchange,
            Runnable opened) {
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        "ws://" + request.headers().get(HttpHeaderNames.HOST, "") + request.uri(),
                        null,
                        WebSocketDecoderConfig.newBuilder()
                                .maxFramePayloadLength(maxPayload)
                                .withUTF8Validator(true)
                                .build())
                .newHandshaker(request);
        if (handshaker == null) {
            exchange.answer(HttpResponseStatus.UPGRADE_REQUIRED, "", Unpooled.EMPTY_BUFFER);
            return;
        }
        // OkHttp stops reading at a close frame and expects its user to answer it. The Java client of Socket.IO never
        // does: it would believe itself connected until its ping timeout. The bare end of the connection it notices.
        boolean closeFrames = !handshake.okHttp();
        try {
            handshaker.handshake(context.channel(), request).addListener(done -> {
                if (done.isSuccess() && context.channel().isActive()) {
                    opened.run();
                    begin(
                            context,
                            protocol,
                            handshake,
                            upgrading,
                            new WebSocketTransport(context.channel(), closeFrames));
                } else {
                    ChannelFuture unused = context.close();
                }
            });
        } catch (WebSocketHandshakeException noWebSocketRequest) {
            exchange.refuse(Refusal.BAD_REQUEST);
        }
    }

    private void begin(
            ChannelHandlerContext context,
            int protocol,
            Handshake handshake,
            @Nullable Session upgrading,
            WebSocketTransport socket) {
        context.pipeline().addBefore(context.name(), null, new WebSocketFrameAggregator(maxPayload));
        if (upgrading != null) {
            context.pipeline().replace(context.handler(), null, new WebSocketHandler(upgrading, socket));
            upgrading.run(() -> upgrading.connected(socket));
            return;
        }
        Session session = sessions.open(protocol, context.channel().eventLoop(), handshake, socket);
        context.pipeline().replace(context.handler(), null, new WebSocketHandler(session, socket));
    }
}
