package io.github.follownotify.system.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** When what happened, in nanoseconds of one clock: the deliveries and the faults of a run. */
final class Timeline {

    private final long startedAt = System.nanoTime();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Outage> outages = new ArrayList<>();

    record Delivery(long followedAt, long arrivedAt) {

        double millis() {
            return (arrivedAt - followedAt) / 1e6;
        }
    }

    record Outage(Fault fault, int replica, long brokenAt, long healedAt) {}

    long startedAt() {
        return startedAt;
    }

    double seconds(long at) {
        return (at - startedAt) / (double) TimeUnit.SECONDS.toNanos(1);
    }

    synchronized void delivered(long followedAt, long arrivedAt) {
        deliveries.add(new Delivery(followedAt, arrivedAt));
    }

    synchronized void outage(Fault fault, int replica, long brokenAt, long healedAt) {
        outages.add(new Outage(fault, replica, brokenAt, healedAt));
    }

    synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    synchronized List<Outage> outages() {
        return List.copyOf(outages);
    }

    /** What was followed from the beginning of one of these outages until it was healed. */
    List<Delivery> deliveriesDuring(List<Outage> some) {
        return deliveries().stream()
                .filter(delivery -> some.stream()
                        .anyMatch(outage ->
                                outage.brokenAt <= delivery.followedAt && delivery.followedAt <= outage.healedAt))
                .toList();
    }

    /** Seconds from the healing until everything that was followed before it had arrived; 0 when nothing was late. */
    double secondsUntilWhole(Outage outage) {
        long last = outage.healedAt;
        for (Delivery delivery : deliveries()) {
            if (delivery.followedAt <= outage.healedAt && delivery.arrivedAt > last) {
                last = delivery.arrivedAt;
            }
        }
        return (last - outage.healedAt) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
