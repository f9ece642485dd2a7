package io.github.follownotify.system.harness;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * An older copy takes the database's place: what was committed in between is gone, although it was answered, and its
 * numbers are given again. The ledger learns what is gone from what the copy has.
 */
final class LostFuture {

    private static final long AHEAD_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Cluster cluster;
    private final Ledger ledger;
    private final Load load;
    private long copiedAt;

    LostFuture(Cluster cluster, Ledger ledger, Load load) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.load = load;
    }

    void startReplicaThatFallsBehind() {
        copiedAt = System.nanoTime();
        cluster.servers.startReplicaThatFallsBehind();
        NanoTime.sleepUntil(System.nanoTime() + AHEAD_NANOS);
    }

    /** The database is gone. */
    void failOver() {
        long endedAt = System.nanoTime();
        cluster.servers.failOver();
        cluster.reachDatabase();
        tellLedger(endedAt);
    }

    void backUp() {
        copiedAt = System.nanoTime();
        cluster.servers.backUp();
        NanoTime.sleepUntil(System.nanoTime() + AHEAD_NANOS);
    }

    /** The services are stopped. */
    void restore() {
        long endedAt = System.nanoTime();
        cluster.servers.restore();
        cluster.startServices();
        tellLedger(endedAt);
    }

    private void tellLedger(long endedAt) {
        // A follow that began before may yet be committed to the copy.
        load.awaitAnswers(endedAt);
        Set<Follow> kept = cluster.servers.database().follows();
        ledger.wentBack(copiedAt, endedAt, kept);
    }
}
