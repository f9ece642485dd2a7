package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.listener.DataListener;
import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.Map;

/** {@code token refresh}: a client brings a new token, as text or as {@code {token}}, and learns by ack whether it counts. */
final class TokenRefresh implements DataListener<Object> {

    static final String EVENT = "token refresh";

    private final TokenVerifier verifier;

    TokenRefresh(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public void onData(SocketIOClient client, Object data, AckRequest ack) {
        Object token = data instanceof Map<?, ?> object ? object.get("token") : data;
        try {
            VerifiedUser user = verifier.verify(token instanceof String text ? text : null);
            AcceptedSocket socket = AcceptedSocket.of(client);
            if (socket != null && socket.refresh(user)) {
                ack.sendAckData(PlainJson.ordered(
                        "status", "ok", "expires_at", user.expiresAt().getEpochSecond()));
            } else {
                ack.sendAckData(PlainJson.ordered("status", "error", "code", "token_of_another_user"));
            }
        } catch (InvalidTokenException refused) {
            ack.sendAckData(PlainJson.ordered(
                    "status", "error", "code", refused.reason().code()));
        }
    }
}
