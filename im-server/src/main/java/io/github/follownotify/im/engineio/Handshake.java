package io.github.follownotify.im.engineio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request that opened a session. It may hold secrets: do not keep a reference to it.
 *
 * @param query first value of each query parameter
 * @param authorization value of the Authorization header
 * @param okHttp whether the client is built on OkHttp, as the Java client is
 * @param address peer of the connection
 */
public record Handshake(
        Map<String, String> query, @Nullable String authorization, boolean okHttp, SocketAddress address) {

    public Handshake {
        query = Map.copyOf(query);
    }

    static Handshake of(HttpRequest request, QueryStringDecoder query, SocketAddress address) {
        Map<String, String> firstValues = new HashMap<>();
        query.parameters().forEach((name, values) -> firstValues.put(name, values.get(0)));
        return new Handshake(
                firstValues, request.headers().get(HttpHeaderNames.AUTHORIZATION), isOkHttp(request), address);
    }

    static boolean isOkHttp(HttpRequest request) {
        return request.headers().get(HttpHeaderNames.USER_AGENT, "").startsWith("okhttp/");
    }

    static @Nullable String first(QueryStringDecoder query, String name) {
        List<String> values = query.parameters().get(name);
        return values == null ? null : values.get(0);
    }

    @Override
    public String toString() {
        return "Handshake[REDACTED]";
    }
}
