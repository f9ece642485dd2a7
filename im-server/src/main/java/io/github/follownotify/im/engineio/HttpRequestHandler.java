package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the HTTP requests of one connection, one at a time, and hands each valid one to its session.
 *
 * <p>Every request is answered or its connection closed; nothing of a bad one is kept or logged.
 */
final class HttpRequestHandler extends ChannelInboundHandlerAdapter {

    /** What every connection's pipeline is told when the server stops. */
    enum Stopping {
        STOPPING
    }

    private final Sessions sessions;
    private final RequestRules rules;
    private final ConnectionLimits limits;
    private final ConnectionMetrics metrics;
    private final Duration requestTimeout;
    private final WebSocketOpener webSockets;
    private final EarlyRequests early;
    private @Nullable HttpExchange current;
    private @Nullable InetAddress counted;
    private @Nullable ScheduledFuture<?> silence;

    HttpRequestHandler(
            Sessions sessions,
            RequestRules rules,
            ConnectionLimits limits,
            ConnectionMetrics metrics,
            Duration requestTimeout,
            WebSocketOpener webSockets) {
        this.sessions = sessions;
        this.rules = rules;
        this.limits = limits;
        this.metrics = metrics;
        this.requestTimeout = requestTimeout;
        this.webSockets = webSockets;
        this.early = new EarlyRequests(webSockets.maxPayload());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        closeWhenSilent(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof FullHttpRequest request)) {
            ReferenceCountUtil.release(message);
            ChannelFuture unused = context.close();
        } else if (current == null) {
            handleAndRelease(context, request);
        } else if (!early.offer(request)) {
            request.release();
            ChannelFuture unused = context.close();
        }
    }

    private void handleAndRelease(ChannelHandlerContext context, FullHttpRequest request) {
        try {
            handle(context, request);
        } finally {
            request.release();
        }
    }

    private void handle(ChannelHandlerContext context, FullHttpRequest request) {
        stopSilence();
        boolean allowedOrigin = rules.allowOrigin(request);
        HttpExchange exchange = new HttpExchange(
                context.channel(),
                request,
                allowedOrigin ? request.headers().get(HttpHeaderNames.ORIGIN) : null,
                () -> finished(context));
        current = exchange;
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        InetAddress behindProxy = limits.clientBehindProxy(context.channel(), request.headers());
        Refusal refusal = rules.check(
                request, query, behindProxy == null ? ConnectionLimits.peer(context.channel()) : behindProxy);
        if (refusal == null && behindProxy != null) {
            refusal = count(behindProxy, query);
        }
        if (refusal != null) {
            metrics.refused(refusal.tag());
            exchange.refuse(refusal);
        } else if (request.method().equals(HttpMethod.OPTIONS)) {
            exchange.answer(HttpResponseStatus.NO_CONTENT, "", Unpooled.EMPTY_BUFFER);
        } else if ("websocket".equals(Handshake.first(query, "transport"))) {
            webSocket(context, request, query, exchange);
        } else {
            polling(context, request, query, exchange);
        }
    }

    /**
     * A new session of a client that has as many connections as it may have is refused. What sessions that are open
     * need is counted and not refused: refusing would end those sessions, and their clients would reconnect.
     */
    private @Nullable Refusal count(InetAddress client, QueryStringDecoder query) {
        counted = client;
        if (!limits.add(client) && !query.parameters().containsKey("sid")) {
            countNoLonger();
            return Refusal.CONNECTIONS;
        }
        return null;
    }

    private void countNoLonger() {
        if (counted != null) {
            limits.release(counted);
            counted = null;
        }
    }

    private void polling(
            ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder query, HttpExchange exchange) {
        String sessionId = Handshake.first(query, "sid");
        if (sessionId == null) {
            sessions.open(
                            protocol(query),
                            context.channel().eventLoop(),
                            Handshake.of(request, query, context.channel().remoteAddress()),
                            null)
                    .transports()
                    .poll(exchange, null);
            return;
        }
        Session session = sessions.find(sessionId);
        if (session == null) {
            exchange.refuse(Refusal.UNKNOWN_SESSION);
        } else if (request.method().equals(HttpMethod.GET)) {
            String key = Handshake.first(query, "t");
            session.run(() -> session.transports().poll(exchange, key));
        } else {
            byte[] body = ByteBufUtil.getBytes(request.content());
            session.run(() -> session.transports().post(body, exchange));
        }
    }

    private void webSocket(
            ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder query, HttpExchange exchange) {
        String sessionId = Handshake.first(query, "sid");
        Session upgrading = sessions.find(sessionId);
        if (sessionId != null && upgrading == null) {
            exchange.refuse(Refusal.UNKNOWN_SESSION);
            return;
        }
        webSockets.open(
                context,
                request,
                protocol(query),
                Handshake.of(request, query, context.channel().remoteAddress()),
                upgrading,
                exchange,
                () -> countUntilClosed(context));
    }

    private void countUntilClosed(ChannelHandlerContext context) {
        InetAddress client = counted;
        counted = null;
        if (client != null) {
            context.channel().closeFuture().addListener(closed -> limits.release(client));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stopSilence();
        countNoLonger();
        early.release();
        if (current != null) {
            current.abandon();
        }
        context.fireChannelInactive();
    }

    /**
     * Resets and broken requests are the client's business: nothing to log, and a stack trace would be a gift to an
     * attacker.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ChannelFuture unused = context.close();
    }

    /** The server is stopping: an idle connection that awaits its next request is closed. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Stopping.STOPPING && current == null) {
            ChannelFuture unused = context.close();
        }
        context.fireUserEventTriggered(event);
    }

    private void finished(ChannelHandlerContext context) {
        current = null;
        countNoLonger();
        FullHttpRequest next = early.poll();
        if (next != null) {
            handleAndRelease(context, next);
        } else if (sessions.isShuttingDown()) {
            ChannelFuture unused = context.close();
        } else if (context.channel().isActive()) {
            closeWhenSilent(context);
        }
    }

    private void closeWhenSilent(ChannelHandlerContext context) {
        stopSilence();
        silence = context.channel()
                .eventLoop()
                .schedule(
                        () -> {
                            metrics.refused(ConnectionMetrics.SILENT);
                            ChannelFuture unused = context.close();
                        },
                        requestTimeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void stopSilence() {
        if (silence != null) {
            silence.cancel(false);
            silence = null;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopSilence();
        early.release();
    }

    private static int protocol(QueryStringDecoder query) {
        return "4".equals(Handshake.first(query, "EIO")) ? 4 : 3;
    }
}
