package io.github.follownotify.im.engineio;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Locale;

/** Why a request is refused, with Engine.IO's own code and message where it has one. */
enum Refusal {
    UNKNOWN_TRANSPORT(400, 0, "Transport unknown"),
    UNKNOWN_SESSION(400, 1, "Session ID unknown"),
    BAD_METHOD(400, 2, "Bad handshake method"),
    BAD_REQUEST(400, 3, "Bad request"),
    FORBIDDEN_ORIGIN(403, 4, "Forbidden"),
    UNSUPPORTED_VERSION(400, 5, "Unsupported protocol version"),
    NOT_FOUND(404, 3, "Not found"),
    URL_TOO_LONG(414, 3, "URI too long"),
    HEADERS_TOO_LARGE(431, 3, "Header fields too large"),
    HTTP_VERSION(505, 3, "HTTP version not supported"),
    WEBSOCKET_VERSION(426, 3, "WebSocket version not supported"),
    CONNECTIONS(503, 3, "Too many connections"),
    TOO_MANY_HANDSHAKES(503, 3, "Too many connections"),
    SHUTTING_DOWN(503, 3, "Shutting down");

    private final int status;
    private final String json;

    Refusal(int status, int code, String message) {
        this.status = status;
        this.json = "{\"code\":" + code + ",\"message\":\"" + message + "\"}";
    }

    /**
     * Whether the connection takes another request. After a node's restart every polling client learns that its session
     * is unknown, and opens the next one on the same connection.
     */
    boolean keepsConnection() {
        return this == UNKNOWN_SESSION;
    }

    HttpResponseStatus status() {
        return HttpResponseStatus.valueOf(status);
    }

    String json() {
        return json;
    }

    /** Name in the metrics. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
