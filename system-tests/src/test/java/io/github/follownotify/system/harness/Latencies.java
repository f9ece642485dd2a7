package io.github.follownotify.system.harness;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** How long deliveries took: quantiles, and the share up to each bound. */
final class Latencies {

    private static final double[] BOUNDS = {0.01, 0.1, 1, 2, 5, 10};

    private final double[] sorted;

    Latencies(Collection<Delivery> deliveries) {
        this.sorted =
                deliveries.stream().mapToDouble(Delivery::seconds).sorted().toArray();
    }

    boolean isEmpty() {
        return sorted.length == 0;
    }

    /** @param share of the deliveries, 1 for the slowest */
    double quantile(double share) {
        return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)];
    }

    String histogram() {
        return DoubleStream.of(BOUNDS)
                .mapToObj(bound -> String.format(Locale.ROOT, "%s s %.1f %%", bound, 100 * shareWithin(bound)))
                .collect(Collectors.joining(", ", "within ", ""));
    }

    private double shareWithin(double bound) {
        return Arrays.stream(sorted).filter(seconds -> seconds <= bound).count() / (double) sorted.length;
    }

    @Override
    public String toString() {
        return isEmpty()
                ? "nothing arrived"
                : String.format(
                        Locale.ROOT,
                        "p50 %s, p99 %s, max %s, %d deliveries",
                        text(quantile(0.5)),
                        text(quantile(0.99)),
                        text(quantile(1)),
                        sorted.length);
    }

    /** As it stands in docs/guarantees.md. */
    static String text(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.0f ms", seconds * 1000)
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
