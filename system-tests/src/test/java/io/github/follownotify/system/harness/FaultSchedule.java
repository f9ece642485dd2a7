package io.github.follownotify.system.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Plays faults in an order that the seed decides: each kind once before any comes again.
 *
 * <p>A fault begins when its turn has come by the clock, and, unless they may overlap, when nothing of the one before
 * is left: every process is ready, and everything has arrived that was answered until then. So what is late is late by
 * one fault.
 */
final class FaultSchedule {

    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(60);

    private final Settings settings;
    private final List<Fault> kinds;
    private final Fault.World world;
    private final Ledger ledger;
    private final Timeline timeline;
    private final Random random;
    private final List<Fault> deck = new ArrayList<>();
    private Duration patience = DELIVERY_LIMIT;

    FaultSchedule(Settings settings, List<Fault> kinds, Fault.World world, Ledger ledger, Timeline timeline) {
        this.settings = settings;
        this.kinds = kinds;
        this.world = world;
        this.ledger = ledger;
        this.timeline = timeline;
        this.random = new Random(settings.seed());
    }

    void play() {
        double secondsPerFault = (double) settings.follows() / settings.perSecond() / Math.max(1, settings.faults());
        for (int i = 0; i < settings.faults(); i++) {
            Fault fault = next();
            int replica = random.nextInt(Cluster.REPLICAS);
            double lasting = Math.max(fault.leastSeconds(), secondsPerFault * (0.2 + 0.5 * random.nextDouble()));
            NanoTime.sleepUntil(timeline.startedAt() + nanos(i * secondsPerFault));
            play(i, fault, replica, lasting);
        }
    }

    private Fault next() {
        if (deck.isEmpty()) {
            deck.addAll(kinds);
            Collections.shuffle(deck, random);
        }
        return deck.remove(0);
    }

    private void play(int index, Fault fault, int replica, double lasting) {
        if (!settings.overlapping()) {
            world.spreadDevices();
        }
        fault.prepare(world, replica);
        long brokenAt = System.nanoTime();
        System.out.printf(
                "Harness: %6.1f s, fault %d of %d: %s %d%n",
                timeline.seconds(brokenAt), index + 1, settings.faults(), fault, replica);
        fault.happen(world, replica);
        NanoTime.sleepUntil(brokenAt + nanos(lasting));
        fault.heal(world, replica);
        long healedAt = System.nanoTime();
        if (!settings.overlapping()) {
            world.cluster().awaitReady();
        }
        long readyAt = System.nanoTime();
        if (!settings.overlapping()) {
            awaitDelivered(readyAt);
        }
        timeline.outage(new Timeline.Outage(fault, replica, brokenAt, healedAt, readyAt, System.nanoTime()));
    }

    /** What was answered until then has arrived. */
    private void awaitDelivered(long moment) {
        try {
            Awaitility.await().atMost(patience).until(() -> ledger.isCompleteUpTo(moment));
        } catch (ConditionTimeoutException incomplete) {
            // Something is lost: the run goes on, to tell what else is, and does not wait for it each time.
            patience = DELIVERY_LIMIT.dividedBy(20);
            System.out.println("Harness: something is missing for too long: " + ledger.missing(5));
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
