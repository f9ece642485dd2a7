package io.github.follownotify.im.engineio;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Detects that a client is gone. In Engine.IO 4 the server pings, in 3 the client does.
 *
 * <p>One timer per session, on its event loop. Deadlines count from the moment they were set, not from when a late
 * timer ran, so that {@link #isOver} is exact even between two timers.
 */
final class Heartbeat {

    private final EventLoop loop;
    private final long intervalNanos;
    private final long timeoutNanos;
    private final boolean serverPings;
    private final Runnable ping;
    private final Runnable timedOut;

    private long nextPing;
    private long deadline;
    private boolean pinged;
    private @Nullable ScheduledFuture<?> timer;

    Heartbeat(EngineSettings settings, boolean serverPings, EventLoop loop, Runnable ping, Runnable timedOut) {
        this.loop = loop;
        this.intervalNanos = settings.pingInterval().toNanos();
        this.timeoutNanos = settings.pingTimeout().toNanos();
        this.serverPings = serverPings;
        this.ping = ping;
        this.timedOut = timedOut;
    }

    void start() {
        heard();
        arm();
    }

    /** The client answered our ping, or sent its own. */
    void heard() {
        long now = System.nanoTime();
        nextPing = now + intervalNanos;
        deadline = nextPing + timeoutNanos;
        if (pinged) {
            pinged = false;
            stop();
            arm();
        }
    }

    boolean isOver() {
        return System.nanoTime() - deadline >= 0;
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void arm() {
        long due = serverPings && !pinged ? nextPing : deadline;
        timer = loop.schedule(this::check, Math.max(1, due - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void check() {
        if (isOver()) {
            timedOut.run();
            return;
        }
        if (serverPings && !pinged && System.nanoTime() - nextPing >= 0) {
            pinged = true;
            ping.run();
        }
        arm();
    }
}
