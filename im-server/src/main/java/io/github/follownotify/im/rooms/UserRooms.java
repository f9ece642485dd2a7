package io.github.follownotify.im.rooms;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The rooms of this node: one per user, with all of the user's accepted sockets in it.
 *
 * <p>Sockets come and go on many threads. Events of one user have to be emitted by one thread at a time, since their
 * order is the order of the calls. Nothing here blocks: a member queues or closes.
 */
@Component
public class UserRooms {

    private static final RoomMember[] NOBODY = {};

    private final ConcurrentMap<Long, RoomMember[]> rooms = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Clock clock;
    private final Counter emitted;
    private final Timer delay;

    @Autowired
    public UserRooms(MeterRegistry meters, ObjectProvider<Clock> clock) {
        this(meters, clock.getIfAvailable(Clock::systemUTC));
    }

    UserRooms(MeterRegistry meters, Clock clock) {
        this.clock = clock;
        Gauge.builder("im.sockets.open", this, UserRooms::socketsOpen)
                .description("accepted sockets")
                .register(meters);
        Gauge.builder("im.users.online", this, UserRooms::usersOnline)
                .description("users with at least one accepted socket")
                .register(meters);
        this.emitted = Counter.builder("im.events.emitted")
                .description("events queued to sockets, one for each device")
                .register(meters);
        this.delay = Timer.builder("im.events.delay")
                .description("time from the commit of an event to its emit")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(1))
                .register(meters);
    }

    /** @return false when the user already has that many members and this one did not enter */
    public boolean enter(RoomMember member, int atMost) {
        boolean[] entered = new boolean[1];
        rooms.compute(member.userId(), (user, present) -> {
            RoomMember[] members = present == null ? NOBODY : present;
            if (members.length >= atMost) {
                return present;
            }
            entered[0] = true;
            RoomMember[] more = Arrays.copyOf(members, members.length + 1);
            more[members.length] = member;
            return more;
        });
        if (entered[0]) {
            open.incrementAndGet();
        }
        return entered[0];
    }

    /** Leaving twice, or without having entered, does nothing. */
    public void leave(RoomMember member) {
        boolean[] left = new boolean[1];
        rooms.computeIfPresent(member.userId(), (user, members) -> {
            RoomMember[] rest =
                    Arrays.stream(members).filter(other -> other != member).toArray(RoomMember[]::new);
            left[0] = rest.length < members.length;
            return rest.length == 0 ? null : rest;
        });
        if (left[0]) {
            open.decrementAndGet();
        }
    }

    /** Queues the event to all accepted sockets of its user, in call order. */
    public void emit(RoomEvent event) {
        RoomMember[] members = rooms.get(event.userId());
        if (members == null) {
            return;
        }
        deliver(new OutgoingEvent(event), members, Set.of());
        if (event.createdAtMillis() > 0) {
            delay.record(Duration.ofMillis(Math.max(0, clock.millis() - event.createdAtMillis())));
        }
    }

    /**
     * Queues an event that is not in the log to the user's accepted sockets.
     *
     * @param except ids of sockets that do not get it
     */
    public void emit(long userId, OutgoingEvent event, Set<String> except) {
        RoomMember[] members = rooms.get(userId);
        if (members != null) {
            deliver(event, members, except);
        }
    }

    /** Queues the same event to every accepted socket of this node. */
    public void emitToAll(String type, byte[] json) {
        emitToAll(new OutgoingEvent(type, json, List.of()), Set.of());
    }

    /**
     * Queues the same event to every accepted socket of this node.
     *
     * @param except ids of sockets that do not get it
     */
    public void emitToAll(OutgoingEvent event, Set<String> except) {
        for (RoomMember[] members : rooms.values()) {
            deliver(event, members, except);
        }
    }

    private void deliver(OutgoingEvent event, RoomMember[] members, Set<String> except) {
        int delivered = 0;
        for (RoomMember member : members) {
            if (except.isEmpty() || !except.contains(member.socketId())) {
                member.deliver(event);
                delivered++;
            }
        }
        emitted.increment(delivered);
    }

    /**
     * Closes a socket, if it is one of this node. Searches all of them: this is for the rare case.
     *
     * @param reason what the client is told
     */
    public void close(String socketId, String reason) {
        for (RoomMember[] members : rooms.values()) {
            for (RoomMember member : members) {
                if (member.socketId().equals(socketId)) {
                    member.close(reason);
                    return;
                }
            }
        }
    }

    /**
     * Closes all of a user's sockets.
     *
     * @param reason what the clients are told
     */
    public void closeUser(long userId, String reason) {
        RoomMember[] members = rooms.get(userId);
        if (members != null) {
            for (RoomMember member : members) {
                member.close(reason);
            }
        }
    }

    /** Ends every connection of this node, so that each client reconnects with its offset. */
    public void endAll() {
        for (RoomMember[] members : rooms.values()) {
            for (RoomMember member : members) {
                member.end();
            }
        }
    }

    public int usersOnline() {
        return rooms.size();
    }

    public int socketsOpen() {
        return open.get();
    }
}
