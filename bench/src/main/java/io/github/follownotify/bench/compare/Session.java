package io.github.follownotify.bench.compare;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.load.ConnectLoad;
import io.github.follownotify.bench.load.FollowLoad;
import io.github.follownotify.bench.load.FollowPlan;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.PushLoad;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Sockets;
import io.github.follownotify.bench.load.Tokens;
import io.github.follownotify.bench.load.Waits;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.targets.Installation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One target's turn: freshly started, all rows one after the other. */
final class Session {

    private static final long FIRST_OF_CONNECT = 1_000_000_000L;
    private static final long FIRST_TARGET = 1;
    private static final long FIRST_FOLLOWER = 500_000_000L;
    private static final long FIRST_EVENT = 2_000_000_000L;
    private static final long EVENTS_OF_A_RUN = 100_000_000L;
    private static final int AT_ONCE = 64;
    private static final int UNDER_WAY = 5000;
    private static final double SHARE_OF_BEST = 0.9;
    private static final int SMOOTHING_SECONDS = 3;

    private final Profile profile;
    private final Installation installation;
    private final Meter meter;
    private final Tokens tokens;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private final LoadLoop loop = new LoadLoop();
    private long nextEvent = FIRST_EVENT;

    private Session(Profile profile, Installation installation) {
        this.profile = profile;
        this.installation = installation;
        this.meter = installation.meter();
        this.tokens = installation.tokens();
    }

    /** @return the runs by their names */
    static Map<String, Run> run(Profile profile, Installation installation, boolean complete) {
        Session session = new Session(profile, installation);
        try (session.loop) {
            session.rest();
            session.connect();
            if (complete) {
                session.followAndPush();
            }
        }
        return session.runs;
    }

    /** On a target that has just been started: 300/s from the first second on. */
    static Run firstSeconds(Profile profile, Installation installation) {
        Session session = new Session(profile, installation);
        FollowPlan plan = new FollowPlan(FIRST_FOLLOWER, FIRST_TARGET, profile.targets());
        try (session.loop;
                Sockets sockets = new Sockets(session.loop, installation.nodes(), session.tokens, FIRST_TARGET)) {
            sockets.openAll(profile.targets(), AT_ONCE);
            return session.follow(Profile.FIRST_SECONDS, sockets, plan, 300, Duration.ZERO, profile.openMeasure());
        }
    }

    private void rest() {
        if (profile.wants(Profile.REST)) {
            Waits.pause(profile.openWarmUp().toMillis());
            meter.start();
            Waits.pause(500);
            runs.put(
                    Profile.REST,
                    Run.of(
                            Profile.REST,
                            Map.of(),
                            Map.of("ready_after_seconds", installation.secondsSinceStart()),
                            Map.of(),
                            meter.read(),
                            0));
        }
    }

    private void connect() {
        if (profile.wants(Profile.CONNECT)) {
            ConnectLoad.Settings settings =
                    new ConnectLoad.Settings(profile.sockets(), profile.sockets() / 5, AT_ONCE, profile.sockets() / 5);
            undisturbed(Profile.CONNECT, () -> new ConnectLoad(loop, installation.nodes(), tokens, settings)
                    .run(Profile.CONNECT, meter, "im", FIRST_OF_CONNECT));
        }
    }

    private void followAndPush() {
        FollowPlan plan = new FollowPlan(FIRST_FOLLOWER, FIRST_TARGET, profile.targets());
        try (Sockets sockets = new Sockets(loop, installation.nodes(), tokens, FIRST_TARGET)) {
            sockets.openAll(profile.targets(), AT_ONCE);
            double firstRequest = installation.secondsSinceStart();
            if (profile.wants(Profile.FOLLOW_COLD)) {
                // A second try would not be cold any more.
                keep(Profile.FOLLOW_COLD, closedLoop(Profile.FOLLOW_COLD, sockets, plan, profile.coldWarmUp()));
            }
            if (profile.wants(Profile.FOLLOW_WARM)) {
                boolean cold = profile.wants(Profile.FOLLOW_COLD);
                Duration done = cold ? profile.coldWarmUp().plus(profile.measure()) : Duration.ZERO;
                Duration left = profile.warmUp().minus(done);
                undisturbed(
                        Profile.FOLLOW_WARM,
                        () -> closedLoop(Profile.FOLLOW_WARM, sockets, plan, left.isNegative() ? Duration.ZERO : left));
                Run atFirst = runs.get(Profile.FOLLOW_COLD);
                Run warm = runs.get(Profile.FOLLOW_WARM);
                if (atFirst != null && warm != null) {
                    addTimeToWarm(atFirst, warm, firstRequest);
                }
            }
            if (profile.wants(Profile.FOLLOW_RATE)) {
                undisturbed(
                        Profile.FOLLOW_RATE,
                        () -> follow(
                                Profile.FOLLOW_RATE, sockets, plan, 300, profile.openWarmUp(), profile.openMeasure()));
            }
            push(sockets);
        }
    }

    private Run closedLoop(String name, Sockets sockets, FollowPlan plan, Duration warmUp) {
        return follow(name, sockets, plan, 0, warmUp, profile.measure());
    }

    private Run follow(String name, Sockets sockets, FollowPlan plan, double rate, Duration warmUp, Duration measure) {
        FollowLoad.Settings settings = new FollowLoad.Settings(profile.connections(), rate, warmUp, measure);
        return new FollowLoad(installation.apis(), tokens, sockets, plan, settings).run(name, meter);
    }

    private void push(Sockets sockets) {
        if (!profile.wants(Profile.PUSH_RATE) && !profile.wants(Profile.PUSH_MAX)) {
            return;
        }
        try (Connection broker = installation.connectToBroker()) {
            if (profile.wants(Profile.PUSH_RATE)) {
                undisturbed(Profile.PUSH_RATE, () -> push(Profile.PUSH_RATE, sockets, broker, 1000));
            }
            if (profile.wants(Profile.PUSH_MAX)) {
                undisturbed(Profile.PUSH_MAX, () -> push(Profile.PUSH_MAX, sockets, broker, 0));
            }
        } catch (IOException brokerGone) {
            throw new IllegalStateException(brokerGone);
        }
    }

    private Run push(String name, Sockets sockets, Connection broker, double rate) {
        PushLoad.Settings settings =
                new PushLoad.Settings(rate, UNDER_WAY, profile.openWarmUp(), profile.openMeasure());
        long first = nextEvent;
        nextEvent += EVENTS_OF_A_RUN;
        return new PushLoad(sockets, broker, installation.exchange(), first, settings).run(name, meter);
    }

    /** Repeats a run in which others took too much of the machine; of several bad ones, the best is kept. */
    private void undisturbed(String name, Supplier<Run> measurement) {
        Run best = measurement.get();
        for (int i = 0; i < profile.repeats() && isDisturbed(best); i++) {
            System.out.printf(
                    "  %s: others took %.0f%% of the machine, again%n",
                    name, 100 * best.disturbance().share());
            Run again = measurement.get();
            best = again.disturbance().share() < best.disturbance().share() ? again : best;
        }
        keep(name, best);
    }

    private boolean isDisturbed(Run run) {
        return run.disturbance().share() > profile.disturbed();
    }

    private void keep(String name, Run run) {
        runs.put(name, run);
    }

    /** Seconds from the start of the process to 90% of the best throughput that it reached. */
    private static void addTimeToWarm(Run cold, Run warm, double firstRequest) {
        List<Double> perSecond = new ArrayList<>();
        for (Run run : List.of(cold, warm)) {
            perSecond.addAll(run.series().getOrDefault("answered_per_second", List.of()));
        }
        List<Double> smooth = new ArrayList<>();
        for (int i = 0; i + SMOOTHING_SECONDS <= perSecond.size(); i++) {
            smooth.add(perSecond.subList(i, i + SMOOTHING_SECONDS).stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0));
        }
        double best = smooth.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        for (int i = 0; i < smooth.size(); i++) {
            if (smooth.get(i) >= SHARE_OF_BEST * best) {
                warm.values().put("warm_after_seconds", firstRequest + i + SMOOTHING_SECONDS);
                warm.series().put("closed_loop_per_second", perSecond);
                return;
            }
        }
    }
}
