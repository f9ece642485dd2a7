package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.transport.NamespaceClient;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's CONNECT that waits for a decision. It is decided once, on the session's home, at once or later. */
final class ConnectRequest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SocketIoMessages messages;
    private final Namespace namespace;
    private final Map<String, @Nullable Object> auth;

    ConnectRequest(SocketIoMessages messages, Namespace namespace, Map<String, @Nullable Object> auth) {
        this.messages = messages;
        this.namespace = namespace;
        this.auth = auth;
    }

    Session session() {
        return messages.session();
    }

    Map<String, @Nullable Object> auth() {
        return auth;
    }

    /** The token is good; the answer may take a while. */
    void authenticated() {
        messages.stopExpectingConnect();
    }

    /**
     * @param recoveryId what the client shows to recover this session, or null
     * @return the connected client, or null when the session has ended meanwhile
     */
    @Nullable
    NamespaceClient accept(@Nullable String recoveryId) {
        // Not the session's id: whoever knows that one can speak for the session, and clients show their socket's id
        // around.
        byte[] socketId = new byte[15];
        RANDOM.nextBytes(socketId);
        String id = Base64.getUrlEncoder().encodeToString(socketId);
        return messages.accept(
                namespace, recoveryId == null ? Map.of("sid", id) : PlainJson.ordered("sid", id, "pid", recoveryId));
    }

    void refuse(String message, String code) {
        messages.refuse(namespace, message, code);
    }
}
