package io.github.follownotify.im.bridge;

import io.github.follownotify.im.rooms.OutgoingEvent;
import io.github.follownotify.im.rooms.UserRooms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out, on this node's own sockets, what programs of python-socketio ask for. Never throws. */
final class Bridge {

    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    private static final String DISCONNECTED = "disconnected";
    private static final String ROOM_CLOSED = "room_closed";

    private final BridgeMessages messages;
    private final UserRooms rooms;
    private final ParkedMessages parked;
    private final Counter carriedOut;
    private final Map<Reason, Counter> ignored = new EnumMap<>(Reason.class);

    Bridge(BridgeMessages messages, UserRooms rooms, ParkedMessages parked, MeterRegistry meters) {
        this.messages = messages;
        this.rooms = rooms;
        this.parked = parked;
        this.carriedOut = Counter.builder("im.bridge.messages")
                .description("Messages of python-socketio that were carried out")
                .register(meters);
        for (Reason reason : Reason.values()) {
            if (!reason.isParked()) {
                ignored.put(
                        reason,
                        Counter.builder("im.bridge.ignored")
                                .description("Messages of python-socketio that concern nobody here")
                                .tag("reason", reason.tag())
                                .register(meters));
            }
        }
    }

    void onMessage(byte[] message, String source) {
        try {
            carryOut(messages.read(message));
            carriedOut.increment();
        } catch (RefusedException refused) {
            Counter counter = ignored.get(refused.reason());
            if (counter == null) {
                parked.park(message, refused.reason(), source);
            } else {
                counter.increment();
            }
        } catch (RuntimeException failure) {
            log.error("event=bridge_message_failed source={}", source, failure);
        }
    }

    private void carryOut(BridgeMessage message) {
        if (message instanceof BridgeMessage.Emit emit) {
            OutgoingEvent event = new OutgoingEvent(
                    emit.event(), emit.arguments().json(), emit.arguments().attachments());
            if (emit.users() == null) {
                rooms.emitToAll(event, emit.except());
            } else {
                emit.users().forEach(user -> rooms.emit(user, event, emit.except()));
            }
        } else if (message instanceof BridgeMessage.Disconnect disconnect) {
            rooms.close(disconnect.socket(), DISCONNECTED);
        } else if (message instanceof BridgeMessage.CloseRoom room) {
            room.users().forEach(user -> rooms.closeUser(user, ROOM_CLOSED));
        }
    }
}
