package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.rooms.OutgoingEvent;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.RoomMember;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.jwt.VerifiedUser;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A user's device after its token was accepted: member of the user's room until it leaves, whoever ends it. */
final class AcceptedSocket implements RoomMember {

    private static final Logger log = LoggerFactory.getLogger(AcceptedSocket.class);

    private final Session session;
    private final VerifiedUser user;
    private final Recovery.Plan plan;
    private final UserRooms rooms;
    private final Recovery recovery;
    private final TokenLifetime lifetime;
    private @Nullable NamespaceClient client;
    private @Nullable String recoveryId;
    private volatile boolean left;

    AcceptedSocket(
            Session session,
            VerifiedUser user,
            Recovery.Plan plan,
            UserRooms rooms,
            Recovery recovery,
            TokenLifetime lifetime) {
        this.session = session;
        this.user = user;
        this.plan = plan;
        this.rooms = rooms;
        this.recovery = recovery;
        this.lifetime = lifetime;
    }

    static @Nullable AcceptedSocket of(SocketIOClient client) {
        return client instanceof NamespaceClient known && known.getBaseClient() instanceof Session session
                ? session.accepted()
                : null;
    }

    @Override
    public long userId() {
        return user.id();
    }

    /** Lets out what was missed and then what was held back. The client has its CONNECT reply by now. */
    void begin(NamespaceClient connected, Recovery.Outcome outcome) {
        client = connected;
        recoveryId = outcome.recoveryId();
        if (recoveryId != null) {
            recovery.began(recoveryId, this);
        }
        replay(connected, outcome);
        lifetime.begin(
                user.expiresAt(),
                expiresAt -> connected.sendEvent("token expiring", Map.of("expires_at", expiresAt.getEpochSecond())),
                () -> close("token_expired"));
    }

    private void replay(NamespaceClient connected, Recovery.Outcome outcome) {
        if (outcome.isShort()) {
            connected.sendEvent("resync needed", Map.of("reason", outcome.shortage()));
        }
        Supplier<CompletionStage<Recovery.Outcome>> more = outcome.more();
        session.outbox()
                .replay(
                        new Missed(outcome.events().iterator()),
                        outcome.after(),
                        more == null ? null : () -> replayNext(connected, more));
        session.flush();
    }

    private void replayNext(NamespaceClient connected, Supplier<CompletionStage<Recovery.Outcome>> more) {
        // Later, because it is the flush of the part before that asks.
        more.get()
                .whenComplete((outcome, failure) -> session.later(() -> {
                    if (left) {
                        return;
                    }
                    if (failure == null) {
                        replay(connected, outcome);
                    } else {
                        comeAgain(failure);
                    }
                }));
    }

    /** Closed as by a network fault: a client keeps its place then and tries again by itself. */
    void comeAgain(Throwable failure) {
        log.debug("missed events cannot be had, the client has to come again user={}", user.id(), failure);
        leave();
        session.closeAfterUpgrade(CloseReason.LOG_UNAVAILABLE);
    }

    /** @return false when the token is of another user */
    boolean refresh(VerifiedUser refreshed) {
        if (refreshed.id() != user.id()) {
            return false;
        }
        lifetime.renew(refreshed.expiresAt());
        return true;
    }

    @Override
    public void deliver(OutgoingEvent event) {
        if (!left) {
            session.sendLive(outbound(event));
        }
    }

    /** The disconnect packet is what a client can tell from a network fault: it does not come back by itself. */
    @Override
    public void close(String reason) {
        session.run(() -> {
            NamespaceClient connected = client;
            leave();
            if (connected == null || session.isClosed()) {
                session.close(CloseReason.DISCONNECTED);
            } else {
                connected.sendEvent("closing", Map.of("reason", reason));
                connected.disconnect();
                session.closeAfterFarewell(CloseReason.DISCONNECTED);
            }
        });
    }

    @Override
    public void end() {
        session.close(CloseReason.DISCONNECTED);
    }

    /** Home only. Nothing is delivered from here on, not even what waits. */
    void leave() {
        if (left) {
            return;
        }
        left = true;
        rooms.leave(this);
        lifetime.end();
        session.outbox().dropEvents();
        if (recoveryId != null) {
            recovery.ended(recoveryId, this);
        }
    }

    private Outbound outbound(OutgoingEvent event) {
        return new Outbound(plan.wanted() ? event.packetWithOffset() : event.packet(), false, event.seq());
    }

    /** Encodes one event at a time, when the client takes it. */
    private final class Missed implements Iterator<Outbound> {

        private final Iterator<RoomEvent> events;

        Missed(Iterator<RoomEvent> events) {
            this.events = events;
        }

        @Override
        public boolean hasNext() {
            return events.hasNext();
        }

        @Override
        public Outbound next() {
            return outbound(new OutgoingEvent(events.next()));
        }
    }
}
