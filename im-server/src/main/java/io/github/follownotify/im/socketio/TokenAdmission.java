package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets in whoever shows a good token, into the room of the token's user and no other.
 *
 * <p>The socket enters its room before it asks for what it missed, and holds live events back until it has that: between
 * the two nothing can be lost. The client's CONNECT is answered only then, because the answer says whether it recovered.
 */
final class TokenAdmission implements Admission {

    private final TokenVerifier verifier;
    private final UserRooms rooms;
    private final Recovery recovery;
    private final SocketSettings settings;
    private final Clock clock;

    TokenAdmission(TokenVerifier verifier, UserRooms rooms, Recovery recovery, SocketSettings settings, Clock clock) {
        this.verifier = verifier;
        this.rooms = rooms;
        this.recovery = recovery;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void decide(ConnectRequest request) {
        Session session = request.session();
        HandshakeRequest handshake = session.takeRequest();
        String token = token(request.auth(), handshake);
        VerifiedUser user;
        try {
            user = verifier.verify(token);
        } catch (InvalidTokenException refused) {
            request.refuse("unauthorized", refused.reason().code());
            return;
        }
        boolean queryAsks = handshake != null && handshake.recover();
        Recovery.Plan plan = recovery.plan(request.auth(), queryAsks, user);
        AcceptedSocket socket = new AcceptedSocket(
                session, user, plan, rooms, recovery, new TokenLifetime(session, settings.token(), clock));
        session.outbox().begin();
        if (!rooms.enter(socket, settings.limits().socketsPerUser())) {
            request.refuse("too many connections", "too_many_connections");
            return;
        }
        session.accept(socket);
        request.authenticated();
        recovery.missed(plan, user, token == null ? "" : token)
                .whenComplete((missed, failure) -> session.run(() -> {
                    if (failure == null) {
                        connect(request, socket, missed);
                    } else {
                        // Closed without an answer.
                        socket.comeAgain(failure);
                    }
                }));
    }

    private void connect(ConnectRequest request, AcceptedSocket socket, Recovery.Outcome outcome) {
        NamespaceClient client = request.accept(outcome.recoveryId());
        if (client == null) {
            socket.leave();
        } else {
            socket.begin(client, outcome);
        }
    }

    /** The first place that holds one counts, whatever it holds. */
    private static @Nullable String token(Map<String, @Nullable Object> auth, @Nullable HandshakeRequest handshake) {
        Object inAuth = auth.get("token");
        if (inAuth != null) {
            return inAuth instanceof String text ? text : "not a text";
        }
        if (handshake == null) {
            return null;
        }
        return handshake.queryToken() != null ? handshake.queryToken() : handshake.bearerToken();
    }
}
