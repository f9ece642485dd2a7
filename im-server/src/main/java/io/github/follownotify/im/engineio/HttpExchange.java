package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request awaiting its answer. It is answered once, by any thread; later answers are dropped.
 *
 * <p>No response sets a cookie: an Engine.IO session is named by its id in the query and by nothing else.
 */
final class HttpExchange {

    private final Channel channel;
    private final boolean keepAlive;
    private final @Nullable String allowedOrigin;
    private final Runnable finished;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable Runnable abandoned;
    private volatile @Nullable ChannelFuture written;

    /**
     * @param allowedOrigin origin of the page that asks, when it is allowed to read the answer
     * @param finished called on the channel's event loop when the answer is written
     */
    HttpExchange(Channel channel, HttpRequest request, @Nullable String allowedOrigin, Runnable finished) {
        this.channel = channel;
        this.keepAlive =
                HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        this.allowedOrigin = allowedOrigin;
        this.finished = finished;
    }

    ByteBufAllocator alloc() {
        return channel.alloc();
    }

    /** @param whenAbandoned called, perhaps twice, when the client goes away before it was answered */
    void onAbandoned(Runnable whenAbandoned) {
        abandoned = whenAbandoned;
        if (!channel.isActive()) {
            abandon();
        }
    }

    void abandon() {
        Runnable whenAbandoned = abandoned;
        if (whenAbandoned != null && answered.compareAndSet(false, true)) {
            whenAbandoned.run();
        }
    }

    /** Whether nothing is left of the answer that the client's connection has not taken. */
    boolean isTaken() {
        ChannelFuture answer = written;
        return answer == null || answer.isDone();
    }

    /** Drops an answer that the client does not read, with its connection. Any thread. */
    void dropUnlessTaken() {
        if (isTaken() || channel.eventLoop().isShuttingDown()) {
            return;
        }
        // On the connection's event loop: to any other thread, an answer that the client has just read may still look
        // unread.
        channel.eventLoop().execute(() -> {
            if (!isTaken()) {
                // What the kernel still buffers would outlive the connection by minutes.
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                ChannelFuture unused = channel.close();
            }
        });
    }

    void ok() {
        answer(HttpResponseStatus.OK, "text/html", ByteBufUtil.writeAscii(alloc(), "ok"));
    }

    void refuse(Refusal refusal) {
        ByteBuf json = ByteBufUtil.writeAscii(alloc(), refusal.json());
        answer(refusal.status(), "application/json", json, keepAlive && refusal.keepsConnection());
    }

    /** @param content is released in any case */
    void answer(HttpResponseStatus status, String type, ByteBuf content) {
        answer(status, type, content, keepAlive);
    }

    private void answer(HttpResponseStatus status, String type, ByteBuf content, boolean keepsConnection) {
        if (!answered.compareAndSet(false, true)) {
            content.release();
            return;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
        if (content.isReadable()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set("x-content-type-options", "nosniff");
        if (allowedOrigin != null) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowedOrigin);
            headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN);
            // Pages that ask with credentials (a client option) could not read the answer without this. There are no
            // cookies to steal.
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        if (status.equals(HttpResponseStatus.NO_CONTENT)) {
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
            headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type");
            headers.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        }
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            headers.set(HttpHeaderNames.RETRY_AFTER, "1");
        }
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
        }
        headers.set(HttpHeaderNames.CONNECTION, keepsConnection ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        // The listener is added before the write: a fast client's next request may arrive before a later listener.
        ChannelPromise whole = channel.newPromise();
        if (keepsConnection) {
            whole.addListener(done -> finished.run());
        } else {
            whole.addListener(ChannelFutureListener.CLOSE);
        }
        written = channel.writeAndFlush(response, whole);
    }
}
