package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.CloseReason.Ending;
import io.github.follownotify.im.engineio.Handshake;
import io.github.follownotify.im.socketio.Admission;
import io.github.follownotify.im.socketio.ConnectRequest;
import io.github.follownotify.jwt.InvalidTokenException;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admits clients with a valid token, into the room of the token's user and no other.
 *
 * <p>The device enters its room before it asks for its replay, and its queue holds live events back until the replay
 * has arrived: nothing can be lost in between. The client's CONNECT is answered only then, because the answer says
 * whether it recovered.
 */
final class TokenAdmission implements Admission {

    static final CloseReason TOO_MANY_CONNECTIONS = new CloseReason("too_many_connections", 1013, Ending.AT_ONCE);
    static final CloseReason TOKEN_UNVERIFIABLE =
            new CloseReason(InvalidTokenException.Reason.UNVERIFIABLE.code(), 1013, Ending.AT_ONCE);

    private static final String BEARER = "Bearer ";

    private final TokenVerifier verifier;
    private final Recovery recovery;
    private final Devices devices;

    TokenAdmission(TokenVerifier verifier, Recovery recovery, Devices devices) {
        this.verifier = verifier;
        this.recovery = recovery;
        this.devices = devices;
    }

    @Override
    public void decide(ConnectRequest request) {
        Handshake handshake = request.handshake();
        String token = token(request.auth(), handshake);
        VerifiedUser user;
        try {
            user = verifier.verify(token);
        } catch (InvalidTokenException refused) {
            if (refused.reason() == InvalidTokenException.Reason.UNVERIFIABLE) {
                request.refuseForNow(TOKEN_UNVERIFIABLE);
            } else {
                request.refuse("unauthorized", refused.reason().code());
            }
            return;
        }
        if (!devices.mayConnect(user.id())) {
            request.refuseForNow(TOO_MANY_CONNECTIONS);
            return;
        }
        boolean queryAsks =
                handshake != null && Recovery.isTrue(handshake.query().get("recover"));
        Recovery.Plan plan = recovery.plan(request.auth(), queryAsks, user);
        Device device = new Device(request.connection(), user.id(), plan.wanted(), devices);
        if (plan.recoveryId() != null) {
            devices.endPredecessor(plan.recoveryId());
        }
        if (!device.enterRoom()) {
            request.refuseForNow(TOO_MANY_CONNECTIONS);
            return;
        }
        request.deciding();
        device.await(recovery.missed(plan, user))
                .whenComplete(
                        (outcome, failure) -> request.connection().session().run(() -> {
                            if (failure != null) {
                                device.disconnectForRetry(failure);
                            } else if (request.accept(outcome.recoveryId())) {
                                device.begin(outcome, user.expiresAt());
                            }
                        }));
    }

    /** The first of the three that is present counts, whatever it holds. */
    private static @Nullable String token(Map<String, @Nullable Object> auth, @Nullable Handshake handshake) {
        Object inAuth = auth.get("token");
        if (inAuth != null) {
            return inAuth instanceof String text ? text : "not a text";
        }
        if (handshake == null) {
            return null;
        }
        String inQuery = handshake.query().get("token");
        return inQuery != null ? inQuery : bearer(handshake.authorization());
    }

    private static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }
}
