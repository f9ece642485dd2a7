package io.github.follownotify.im.engineio;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP connection into a websocket. No session exists before the handshake has succeeded. */
final class WebSocketOpener {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

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
        Refusal refusal = check(request);
        if (refusal != null) {
            exchange.refuse(refusal);
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshaker13(
                "ws://" + request.headers().get(HttpHeaderNames.HOST, "") + request.uri(),
                null,
                WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(maxPayload)
                        .build());
        // OkHttp stops reading at a close frame and expects its user to answer it. The Java client of Socket.IO never
        // does: it would believe itself connected until its ping timeout. It does notice a bare end of the connection.
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

    /** RFC 6455, section 4.2.1; Netty checks none of it, and would accept versions before 13. */
    private static @Nullable Refusal check(FullHttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                || headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_KEY).size() > 1) {
            return Refusal.BAD_REQUEST;
        }
        if (!headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return Refusal.BAD_REQUEST;
        }
        if (!WebSocketVersion.V13.toHttpHeaderValue().equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return Refusal.WEBSOCKET_VERSION;
        }
        return KEY.matcher(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY, "")).matches() ? null : Refusal.BAD_REQUEST;
    }

    private void begin(
            ChannelHandlerContext context,
            int protocol,
            Handshake handshake,
            @Nullable Session upgrading,
            WebSocketTransport socket) {
        ChannelPipeline pipeline = context.pipeline();
        // First: with Netty's order, the decoder's own close frames would pass no encoder and never go out.
        pipeline.remove(WebSocket13FrameEncoder.class);
        pipeline.addFirst(new WebSocket13FrameEncoder(false));
        Session session = upgrading == null
                ? sessions.open(protocol, context.channel().eventLoop(), handshake, socket)
                : upgrading;
        pipeline.addBefore(context.name(), null, new FrameLimit(session));
        pipeline.addBefore(context.name(), null, new Utf8FrameValidator());
        pipeline.addBefore(context.name(), null, new WebSocketFrameAggregator(maxPayload));
        pipeline.replace(context.handler(), null, new WebSocketHandler(session, socket));
        if (upgrading != null) {
            upgrading.run(() -> upgrading.transports().connected(socket));
        }
    }
}
