package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.QueueBudget;
import io.github.follownotify.im.engineio.Session;
import io.github.follownotify.im.rooms.OutgoingEvent;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.RoomMember;
import io.github.follownotify.im.socketio.CloseReasons;
import io.github.follownotify.im.socketio.Connection;
import io.github.follownotify.jwt.VerifiedUser;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A user's device after its token was accepted: member of the user's room until its connection ends.
 *
 * <p>{@link #deliver}, {@link #close} and {@link #end} are for any thread. Everything else belongs to the session's
 * event loop.
 */
final class Device implements RoomMember, Connection.Listener {

    /** What the client missed cannot be read right now. */
    static final CloseReason LOG_UNAVAILABLE = new CloseReason("log_unavailable", 1013, CloseReason.Ending.AT_ONCE);

    private static final Logger log = LoggerFactory.getLogger(Device.class);

    private final Connection connection;
    private final Session session;
    private final long userId;
    private final boolean withOffsets;
    private final Devices devices;
    private final EventQueue queue;
    private final TokenLifetime lifetime;
    private @Nullable String recoveryId;
    private @Nullable Future<?> awaited;
    private boolean left;

    /**
     * Nothing is queued any more, even if the event loop has not closed the session yet: with an event from after the
     * end the client would reconnect at an offset that hides what it did not get before.
     */
    private volatile boolean ending;

    /** @param withOffsets whether the client asked for its events with their offsets */
    Device(Connection connection, long userId, boolean withOffsets, Devices devices) {
        this.connection = connection;
        this.session = connection.session();
        this.userId = userId;
        this.withOffsets = withOffsets;
        this.devices = devices;
        this.queue = new EventQueue(new QueueBudget(devices.queueLimits()));
        this.lifetime = new TokenLifetime(session, devices.tokenSettings(), devices.clock());
    }

    @Override
    public long userId() {
        return userId;
    }

    @Override
    public String socketId() {
        return connection.id();
    }

    /**
     * From here on, events emitted to the user's room are held in the queue.
     *
     * @return false when the user already has the maximum number of devices
     */
    boolean enterRoom() {
        if (!devices.enter(this)) {
            return false;
        }
        connection.listen(this);
        session.attach(queue);
        return true;
    }

    /** The lookup is cancelled when the device leaves before it completes. */
    CompletionStage<Recovery.Outcome> await(CompletionStage<Recovery.Outcome> question) {
        awaited = question.toCompletableFuture();
        return question;
    }

    /** Sends what was missed and then what was held back. The client has already received its CONNECT reply. */
    void begin(Recovery.Outcome outcome, Instant tokenExpiresAt) {
        awaited = null;
        recoveryId = outcome.recoveryId();
        if (recoveryId != null) {
            devices.began(recoveryId, this);
        }
        replay(outcome);
        lifetime.begin(tokenExpiresAt, this::tellOfExpiry, () -> disconnect("token_expired"));
    }

    private void tellOfExpiry(Instant expiresAt) {
        connection.send("token expiring", Map.of("expires_at", expiresAt.getEpochSecond()));
    }

    private void replay(Recovery.Outcome outcome) {
        if (outcome.isShort()) {
            connection.send("resync needed", Map.of("reason", outcome.shortage()));
        }
        Supplier<CompletionStage<Recovery.Outcome>> more = outcome.more();
        queue.replay(
                new Missed(outcome.events().iterator()), outcome.after(), more == null ? null : () -> replayNext(more));
        session.flush();
    }

    private void replayNext(Supplier<CompletionStage<Recovery.Outcome>> more) {
        // Deferred, because this is called from within the flush of the previous part.
        await(more.get())
                .whenComplete((outcome, failure) -> session.later(() -> {
                    if (left) {
                        return;
                    }
                    awaited = null;
                    if (failure == null) {
                        replay(outcome);
                    } else {
                        disconnectForRetry(failure);
                    }
                }));
    }

    /** Closes as a network fault would: a client keeps its offset then and reconnects by itself. */
    void disconnectForRetry(Throwable failure) {
        if (left) {
            return;
        }
        log.debug("event=missed_events_unavailable user={}", userId, failure);
        leave();
        session.closeAfterUpgrade(LOG_UNAVAILABLE);
    }

    /** @return false when the token belongs to another user */
    boolean refresh(VerifiedUser refreshed) {
        if (refreshed.id() != userId) {
            return false;
        }
        lifetime.renew(refreshed.expiresAt());
        return true;
    }

    @Override
    public void deliver(OutgoingEvent event) {
        if (ending) {
            return;
        }
        if (queue.offer(packet(event), attachments(event), event.seq())) {
            session.flushSoon();
        } else {
            devices.dropped();
            end(CloseReason.SLOW_CLIENT);
        }
    }

    @Override
    public void close(String reason) {
        session.run(() -> {
            if (!left) {
                disconnect(reason);
            }
        });
    }

    /** Unlike after a network fault, the client does not reconnect by itself. */
    private void disconnect(String reason) {
        leave();
        connection.send("closing", Map.of("reason", reason));
        connection.disconnect();
        session.closeAfterFarewell(CloseReasons.DISCONNECTED);
    }

    @Override
    public void end() {
        end(CloseReasons.DISCONNECTED);
    }

    private void end(CloseReason reason) {
        ending = true;
        session.close(reason);
    }

    @Override
    public void ended() {
        leave();
    }

    /** Nothing is delivered from here on, not even what is queued. */
    void leave() {
        if (left) {
            return;
        }
        left = true;
        ending = true;
        devices.leave(this);
        lifetime.end();
        session.detach(queue);
        if (awaited != null) {
            awaited.cancel(false);
        }
        if (recoveryId != null) {
            devices.ended(recoveryId, this);
        }
    }

    private EnginePacket packet(OutgoingEvent event) {
        return new EnginePacket(withOffsets ? event.packetWithOffset() : event.packet(), false);
    }

    private static List<EnginePacket> attachments(OutgoingEvent event) {
        return event.attachments().isEmpty()
                ? List.of()
                : event.attachments().stream().map(EnginePacket::binary).toList();
    }

    /** Encodes one event at a time, when the client can take it. */
    private final class Missed implements Iterator<EventQueue.Waiting> {

        private final Iterator<RoomEvent> events;

        Missed(Iterator<RoomEvent> events) {
            this.events = events;
        }

        @Override
        public boolean hasNext() {
            return events.hasNext();
        }

        @Override
        public EventQueue.Waiting next() {
            OutgoingEvent event = new OutgoingEvent(events.next());
            return new EventQueue.Waiting(packet(event), event.seq());
        }
    }
}
