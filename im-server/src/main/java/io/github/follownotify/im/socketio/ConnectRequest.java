package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.namespace.Namespace;
import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.Handshake;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's CONNECT that waits for a decision. It is decided once, on the session's event loop, at once or later. */
public final class ConnectRequest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConnectReplies replies;
    private final Namespace namespace;
    private final Connection connection;
    private final Map<String, @Nullable Object> auth;
    private final @Nullable Handshake handshake;

    ConnectRequest(
            ConnectReplies replies,
            Namespace namespace,
            Connection connection,
            Map<String, @Nullable Object> auth,
            @Nullable Handshake handshake) {
        this.replies = replies;
        this.namespace = namespace;
        this.connection = connection;
        this.auth = auth;
        this.handshake = handshake;
    }

    public Connection connection() {
        return connection;
    }

    /** What the client put into {@code auth}. */
    public Map<String, @Nullable Object> auth() {
        return auth;
    }

    /** The request that opened the session, for its first CONNECT only. */
    public @Nullable Handshake handshake() {
        return handshake;
    }

    /** The client has done its part: time spent from here on is ours, and has a limit of its own. */
    public void deciding() {
        replies.stopExpectingConnect();
    }

    /**
     * @param recoveryId what the client presents to recover this session, or null
     * @return false when the session has ended meanwhile
     */
    public boolean accept(@Nullable String recoveryId) {
        // Not the session's id: whoever knows that can act as the session, and clients do not keep a socket's id
        // secret.
        byte[] socketId = new byte[15];
        RANDOM.nextBytes(socketId);
        String id = Base64.getUrlEncoder().encodeToString(socketId);
        connection.accepting(id);
        return replies.accept(
                namespace,
                connection,
                recoveryId == null ? Map.of("sid", id) : PlainJson.ordered("sid", id, "pid", recoveryId));
    }

    /**
     * Refuses without an answer: clients take an answer as final, the end of their connection as a network fault, after
     * which they try again by themselves. It ends after a pause, because clients start again from their shortest delay
     * each time.
     */
    public void refuseForNow(CloseReason reason) {
        replies.refuseForNow(namespace, reason);
    }

    /** The client takes this as final and does not try again with the same token. */
    public void refuse(String message, String code) {
        replies.refuse(namespace, message, code);
    }
}
