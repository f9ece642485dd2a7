package io.github.follownotify.im.socketio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about itself before CONNECT. Forgotten as soon as CONNECT was decided: a token has no business in
 * memory for the hours that a connection lasts.
 *
 * @param queryToken value of {@code ?token=}
 * @param bearerToken token of the Authorization header
 * @param recover whether {@code ?recover=true} asks for recovery
 * @param okHttp whether the client is built on OkHttp, as the Java client is
 * @param address peer of the first connection
 */
record HandshakeRequest(
        @Nullable String queryToken,
        @Nullable String bearerToken,
        boolean recover,
        boolean okHttp,
        SocketAddress address) {

    private static final String BEARER = "Bearer ";

    static HandshakeRequest of(HttpRequest request, QueryStringDecoder query, SocketAddress address) {
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
        return new HandshakeRequest(
                first(query, "token"),
                authorization != null && bearer
                        ? authorization.substring(BEARER.length()).strip()
                        : null,
                isTrue(first(query, "recover")),
                isOkHttp(request),
                address);
    }

    static boolean isOkHttp(HttpRequest request) {
        return request.headers().get(HttpHeaderNames.USER_AGENT, "").startsWith("okhttp/");
    }

    static @Nullable String first(QueryStringDecoder query, String name) {
        List<String> values = query.parameters().get(name);
        return values == null ? null : values.get(0);
    }

    static boolean isTrue(@Nullable String value) {
        return "true".equals(value) || "1".equals(value);
    }

    @Override
    public String toString() {
        return "HandshakeRequest[REDACTED]";
    }
}
