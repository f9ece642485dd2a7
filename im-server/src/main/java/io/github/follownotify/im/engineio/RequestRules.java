package io.github.follownotify.im.engineio;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request has to be before any of it reaches a session. */
final class RequestRules {

    /** RFC 3986, section 3.2.2, with the port: a name, which may be empty, or an IP address. */
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]*)?");

    private final String path;
    private final Origins origins;
    private final HandshakeBudget handshakes;
    private final BooleanSupplier shuttingDown;

    RequestRules(EngineSettings settings, BooleanSupplier shuttingDown) {
        this.path = settings.path();
        this.origins = new Origins(settings.allowedOrigins());
        this.handshakes = new HandshakeBudget(settings.limits());
        this.shuttingDown = shuttingDown;
    }

    boolean allowOrigin(FullHttpRequest request) {
        return request.decoderResult().isSuccess() && origins.allow(request.headers());
    }

    /**
     * @param client null when it is not known
     * @return why the request is refused, or null when it is good
     */
    @Nullable
    Refusal check(FullHttpRequest request, QueryStringDecoder query, @Nullable InetAddress client) {
        if (request.decoderResult().isFailure()) {
            return undecodable(request.decoderResult());
        }
        if (request.protocolVersion().majorVersion() != 1
                || request.protocolVersion().minorVersion() > 1) {
            return Refusal.HTTP_VERSION;
        }
        if (!hasGoodHost(request)) {
            return Refusal.BAD_REQUEST;
        }
        String asked = query.path();
        if (!asked.equals(path) && !(asked + "/").equals(path)) {
            return Refusal.NOT_FOUND;
        }
        if (!origins.allow(request.headers())) {
            return Refusal.FORBIDDEN_ORIGIN;
        }
        if (request.method().equals(HttpMethod.OPTIONS)) {
            return null;
        }
        String version = Handshake.first(query, "EIO");
        if (!"4".equals(version) && !"3".equals(version)) {
            return Refusal.UNSUPPORTED_VERSION;
        }
        String transport = Handshake.first(query, "transport");
        if (!"polling".equals(transport) && !"websocket".equals(transport)) {
            return Refusal.UNKNOWN_TRANSPORT;
        }
        if (query.parameters().containsKey("sid")) {
            boolean post = request.method().equals(HttpMethod.POST) && "polling".equals(transport);
            return post || request.method().equals(HttpMethod.GET) ? null : Refusal.BAD_REQUEST;
        }
        return handshake(request, client);
    }

    private @Nullable Refusal handshake(FullHttpRequest request, @Nullable InetAddress client) {
        if (!request.method().equals(HttpMethod.GET)) {
            return Refusal.BAD_METHOD;
        }
        if (shuttingDown.getAsBoolean()) {
            return Refusal.SHUTTING_DOWN;
        }
        return handshakes.tryTake(client) ? null : Refusal.TOO_MANY_HANDSHAKES;
    }

    /** RFC 9112, section 3.2: one, and only in HTTP/1.0 none. */
    private static boolean hasGoodHost(FullHttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        return hosts.isEmpty()
                ? !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                : hosts.size() == 1 && HOST.matcher(hosts.get(0)).matches();
    }

    private static Refusal undecodable(DecoderResult result) {
        if (result.cause() instanceof TooLongHttpLineException) {
            return Refusal.URL_TOO_LONG;
        }
        return result.cause() instanceof TooLongHttpHeaderException ? Refusal.HEADERS_TOO_LARGE : Refusal.BAD_REQUEST;
    }
}
