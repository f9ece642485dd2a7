package io.github.follownotify.system.harness;

import java.util.ArrayList;
import java.util.List;

/** When what happened, in nanoseconds of one clock: the faults of a run, and how devices came back. */
final class Timeline {

    private final long startedAt = System.nanoTime();
    private final List<Outage> outages = new ArrayList<>();
    private final List<Return> returns = new ArrayList<>();

    /**
     * One fault.
     *
     * @param healedAt when nothing kept things from healing any more
     * @param readyAt when every process was ready again
     * @param deliveredAt when everything had arrived that was answered until then
     */
    record Outage(Fault fault, int replica, long brokenAt, long healedAt, long readyAt, long deliveredAt) {

        boolean contains(long moment) {
            return brokenAt <= moment && moment <= readyAt;
        }
    }

    /** A device that was connected before is connected again. */
    record Return(long at, boolean recovered) {}

    long startedAt() {
        return startedAt;
    }

    double seconds(long at) {
        return NanoTime.seconds(startedAt, at);
    }

    synchronized void outage(Outage outage) {
        outages.add(outage);
    }

    synchronized void returned(long at, boolean recovered) {
        returns.add(new Return(at, recovered));
    }

    synchronized List<Outage> outages() {
        return List.copyOf(outages);
    }

    /** How many devices came back while some of these outages lasted, recovered or not. */
    synchronized long returns(List<Outage> some, boolean recovered) {
        return returns.stream()
                .filter(one -> one.recovered == recovered && some.stream().anyMatch(outage -> outage.contains(one.at)))
                .count();
    }
}
