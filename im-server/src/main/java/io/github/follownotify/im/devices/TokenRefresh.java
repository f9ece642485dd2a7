package io.github.follownotify.im.devices;

import io.github.follownotify.im.socketio.Connection;
import io.github.follownotify.im.socketio.PlainJson;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code token refresh}: a client sends a new token, as text or as {@code {token}}, and learns by ack whether it was
 * accepted.
 */
final class TokenRefresh implements SocketServer.EventHandler {

    static final String EVENT = "token refresh";

    private final TokenVerifier verifier;

    TokenRefresh(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public void handle(Connection connection, @Nullable Object argument, Consumer<Object> acknowledge) {
        Object token = argument instanceof Map<?, ?> object ? object.get("token") : argument;
        try {
            VerifiedUser user = verifier.verify(token instanceof String text ? text : null);
            if (connection.listener() instanceof Device device && device.refresh(user)) {
                acknowledge.accept(PlainJson.ordered(
                        "status", "ok", "expires_at", user.expiresAt().getEpochSecond()));
            } else {
                acknowledge.accept(PlainJson.ordered("status", "error", "code", "token_of_another_user"));
            }
        } catch (InvalidTokenException refused) {
            acknowledge.accept(PlainJson.ordered(
                    "status", "error", "code", refused.reason().code()));
        }
    }
}
