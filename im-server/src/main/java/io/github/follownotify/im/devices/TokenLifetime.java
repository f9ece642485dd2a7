package io.github.follownotify.im.devices;

import io.github.follownotify.im.engineio.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ends a device whose token has expired, after warning the client in time to send a new one. */
final class TokenLifetime {

    private final Session session;
    private final DeviceSettings.Token settings;
    private final Clock clock;
    private @Nullable Future<?> timer;
    private Consumer<Instant> expiring = expiresAt -> {};
    private Runnable expired = () -> {};

    TokenLifetime(Session session, DeviceSettings.Token settings, Clock clock) {
        this.session = session;
        this.settings = settings;
        this.clock = clock;
    }

    void begin(Instant expiresAt, Consumer<Instant> whenExpiring, Runnable whenExpired) {
        expiring = whenExpiring;
        expired = whenExpired;
        renew(expiresAt);
    }

    void renew(Instant expiresAt) {
        end();
        timer = session.schedule(() -> warn(expiresAt), millis(left(expiresAt).minus(settings.expiringNotice())));
    }

    private void warn(Instant expiresAt) {
        // First the next timer: telling may end the connection.
        timer = session.schedule(expired, millis(left(expiresAt).plus(settings.grace())));
        expiring.accept(expiresAt);
    }

    void end() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private Duration left(Instant expiresAt) {
        return Duration.between(clock.instant(), expiresAt);
    }

    /** A token may be valid for longer than timers, and even longs, can count. */
    private static long millis(Duration delay) {
        return delay.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toMillis() : delay.toMillis();
    }
}
