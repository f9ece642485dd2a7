package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.EngineSettings;
import io.github.follownotify.im.engineio.KeyedRateLimit;
import io.github.follownotify.im.rooms.UserRooms;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The connected devices of this node, and what they have in common. */
final class Devices {

    private final UserRooms rooms;
    private final DeviceSettings settings;
    private final EngineSettings.Queue queueLimits;
    private final Clock clock;
    private final KeyedRateLimit<Long> connects;
    private final Counter dropped;
    private final ConcurrentMap<String, Device> byRecoveryId = new ConcurrentHashMap<>();

    Devices(
            UserRooms rooms,
            DeviceSettings settings,
            EngineSettings.Queue queueLimits,
            Clock clock,
            MeterRegistry meters) {
        this.rooms = rooms;
        this.settings = settings;
        this.queueLimits = queueLimits;
        this.clock = clock;
        this.connects = new KeyedRateLimit<>(settings.limits().connectsPerSecondPerUser());
        this.dropped = Counter.builder("im.events.dropped")
                .description("Events that this node did not deliver")
                .tag("reason", "slow_client")
                .register(meters);
    }

    /** @return false when the user connects too often */
    boolean mayConnect(long userId) {
        return connects.tryTake(userId);
    }

    /** @return false when the user already has the maximum number of devices */
    boolean enter(Device device) {
        return rooms.enter(device, settings.limits().socketsPerUser());
    }

    void leave(Device device) {
        rooms.leave(device);
    }

    /**
     * A device presents the recovery id of one that we still consider connected, on a half-open connection: the old one
     * ends now. It leaves its room at once, so that it no longer counts when the new one enters.
     */
    void endPredecessor(String recoveryId) {
        Device predecessor = byRecoveryId.get(recoveryId);
        if (predecessor != null) {
            rooms.leave(predecessor);
            predecessor.end();
        }
    }

    void began(String recoveryId, Device device) {
        Device predecessor = byRecoveryId.put(recoveryId, device);
        if (predecessor != null && predecessor != device) {
            predecessor.end();
        }
    }

    void ended(String recoveryId, Device device) {
        byRecoveryId.remove(recoveryId, device);
    }

    /** Counts an event that did not fit into a device's queue. */
    void dropped() {
        dropped.increment();
    }

    EngineSettings.Queue queueLimits() {
        return queueLimits;
    }

    DeviceSettings.Token tokenSettings() {
        return settings.token();
    }

    Clock clock() {
        return clock;
    }
}
