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
    private @Nullable Future<?> notice;
    private @Nullable Future<?> end;
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
        Duration left = Duration.between(clock.instant(), expiresAt);
        notice = session.schedule(() -> expiring.accept(expiresAt), millis(left.minus(settings.expiringNotice())));
        end = session.schedule(() -> expired.run(), millis(left.plus(settings.grace())));
    }

    void end() {
        if (notice != null) {
            notice.cancel(false);
        }
        if (end != null) {
            end.cancel(false);
        }
    }

    /** A token may be valid for longer than timers, and even longs, can count. */
    private static long millis(Duration delay) {
        return delay.compareTo(Duration.ofDays(365)) > 0 ? Duration.ofDays(365).toMillis() : delay.toMillis();
    }
}
