package io.github.follownotify.bench.growth;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.load.FollowLoad;
import io.github.follownotify.bench.load.FollowPlan;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.PushLoad;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Sockets;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.targets.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Sockets of followed users on a running target, and the loads that go to them. */
final class Loads implements AutoCloseable {

    private static final long FIRST_TARGET = 1;
    private static final long FIRST_FOLLOWER = 500_000_000L;
    private static final long FIRST_EVENT = 2_000_000_000L;
    private static final long EVENTS_OF_A_RUN = 100_000_000L;
    private static final int AT_ONCE = 64;
    private static final int UNDER_WAY = 5000;

    private final Installation installation;
    private final Meter meter;
    private final LoadLoop loop = new LoadLoop();
    private final Sockets sockets;
    private final FollowPlan plan;
    private long nextEvent = FIRST_EVENT;

    Loads(Installation installation, int users) {
        this.installation = installation;
        this.meter = installation.meter();
        this.sockets = new Sockets(loop, installation.nodes(), installation.tokens(), FIRST_TARGET);
        this.plan = new FollowPlan(FIRST_FOLLOWER, FIRST_TARGET, users);
        sockets.openAll(users, AT_ONCE);
    }

    /** @param rate per second; 0 for a closed loop */
    Run follow(String name, double rate, int connections, Duration warmUp, Duration measure) {
        FollowLoad.Settings settings = new FollowLoad.Settings(connections, rate, warmUp, measure);
        return new FollowLoad(installation.apis(), installation.tokens(), sockets, plan, settings).run(name, meter);
    }

    /** @param rate per second; 0 for as fast as it goes */
    Run push(String name, double rate, Duration warmUp, Duration measure) {
        long first = nextEvent;
        nextEvent += EVENTS_OF_A_RUN;
        PushLoad.Settings settings = new PushLoad.Settings(rate, UNDER_WAY, warmUp, measure);
        try (Connection broker = installation.connectToBroker()) {
            return new PushLoad(sockets, broker, installation.exchange(), first, settings).run(name, meter);
        } catch (IOException brokerGone) {
            throw new UncheckedIOException(brokerGone);
        }
    }

    Meter meter() {
        return meter;
    }

    @Override
    public void close() {
        sockets.close();
        loop.close();
    }
}
