package io.github.follownotify.bench.recording;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.load.ConnectLoad;
import io.github.follownotify.bench.load.FollowLoad;
import io.github.follownotify.bench.load.FollowPlan;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.PushLoad;
import io.github.follownotify.bench.load.Sockets;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Records an AOT cache for each of our services while they do what they do in production. Classes and linked constants
 * come from any start (JEP 483); how often methods are called, and with which types, only from a load (JEP 515), and
 * with it the compiler does not have to find that out again after each start.
 */
public final class Recording {

    private static final Duration NO_WARM_UP = Duration.ZERO;
    private static final Duration CLOSED_LOOP = Duration.ofSeconds(20);
    private static final Duration AT_A_RATE = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 32;
    private static final int FOLLOWED = 200;
    private static final int SOCKETS = 1000;
    private static final int AT_ONCE = 32;
    private static final int UNDER_WAY = 1000;
    private static final long FIRST_TARGET = 1;
    private static final long FIRST_FOLLOWER = 500_000_000L;
    private static final long FIRST_OF_CONNECT = 1_000_000_000L;
    private static final long FIRST_EVENT = 2_000_000_000L;
    private static final long EVENTS_OF_A_RUN = 100_000_000L;

    private Recording() {}

    /** Does nothing when the target needs none. The services write their caches when they end. */
    public static void record(Target target, Servers servers, Launch launch) {
        if (!target.isRecorded(launch)) {
            return;
        }
        System.out.println(target.name() + ": recording both services under load, about a minute");
        try (Installation installation = Installation.start(target, servers, 1, launch.recording());
                LoadLoop loop = new LoadLoop();
                Sockets sockets = new Sockets(loop, installation.nodes(), installation.tokens(), FIRST_TARGET)) {
            Meter meter = installation.meter();
            sockets.openAll(FOLLOWED, AT_ONCE);
            new ConnectLoad(
                            loop,
                            installation.nodes(),
                            installation.tokens(),
                            new ConnectLoad.Settings(SOCKETS, 0, AT_ONCE, SOCKETS))
                    .run("recording-connect", meter, "im", FIRST_OF_CONNECT);
            FollowPlan plan = new FollowPlan(FIRST_FOLLOWER, FIRST_TARGET, FOLLOWED);
            follow(installation, sockets, plan, 0, CLOSED_LOOP);
            follow(installation, sockets, plan, 300, AT_A_RATE);
            try (Connection broker = installation.connectToBroker()) {
                push(installation, sockets, broker, 0, FIRST_EVENT);
                push(installation, sockets, broker, 1000, FIRST_EVENT + EVENTS_OF_A_RUN);
            } catch (IOException brokerGone) {
                throw new UncheckedIOException(brokerGone);
            }
        }
    }

    private static void follow(
            Installation installation, Sockets sockets, FollowPlan plan, double rate, Duration duration) {
        FollowLoad.Settings settings = new FollowLoad.Settings(CONNECTIONS, rate, NO_WARM_UP, duration);
        new FollowLoad(installation.apis(), installation.tokens(), sockets, plan, settings)
                .run("recording-follow", installation.meter());
    }

    private static void push(
            Installation installation, Sockets sockets, Connection broker, double rate, long firstEvent) {
        PushLoad.Settings settings = new PushLoad.Settings(rate, UNDER_WAY, NO_WARM_UP, AT_A_RATE);
        new PushLoad(sockets, broker, installation.exchange(), firstEvent, settings)
                .run("recording-push", installation.meter());
    }
}
