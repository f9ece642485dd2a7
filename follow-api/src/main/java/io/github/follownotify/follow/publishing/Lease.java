package io.github.follownotify.follow.publishing;

import java.time.Duration;

/**
 * The right of one replica to publish, renewed while it is used. It only saves work: two replicas that publish the same
 * are harmless. Belongs to one thread.
 */
public final class Lease {

    private final Row row;
    private final long renewNanos;
    private boolean held;
    private long takenNanos;

    /** @param length how long it lasts, by the database's clock */
    public Lease(Row row, Duration length) {
        this.row = row;
        this.renewNanos = length.toNanos() / 3;
    }

    /** Takes it, or renews it when a third of its time is over. @return whether this replica holds it */
    public boolean hold() {
        if (!held || System.nanoTime() - takenNanos > renewNanos) {
            long now = System.nanoTime();
            held = row.takeLease();
            takenNanos = now;
        }
        return held;
    }

    public boolean isHeld() {
        return held;
    }

    /** Not after this process was frozen, say: another replica may publish by then. */
    public boolean isFresh() {
        return System.nanoTime() - takenNanos < 2 * renewNanos;
    }

    /** Another replica has it, or may have it by now. */
    public void lost() {
        held = false;
    }

    /** Gives it back. */
    public void release() {
        if (held) {
            held = false;
            row.releaseLease();
        }
    }

    /** The row of the database that says who holds it. */
    public interface Row {

        /** Takes or renews the lease, unless another replica holds an unexpired one. */
        boolean takeLease();

        /** Ends it, if this replica holds it. */
        void releaseLease();
    }
}
