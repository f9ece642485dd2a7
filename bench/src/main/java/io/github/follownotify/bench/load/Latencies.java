package io.github.follownotify.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Times of one kind, in nanoseconds from the moment at which the load was meant to be sent. */
final class Latencies {

    private static final long LONGEST = 600_000_000_000L;
    private static final double[] CURVE = {0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100};

    private final Histogram histogram = new Histogram(LONGEST, 3);

    void record(long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST)));
    }

    long count() {
        return histogram.getTotalCount();
    }

    double percentile(double percentile) {
        return count() == 0 ? Double.NaN : histogram.getValueAtPercentile(percentile) / 1e6;
    }

    /** Puts the usual percentiles in milliseconds into a run's values, under names that begin with the kind. */
    void into(String kind, Map<String, Double> values) {
        if (count() == 0) {
            return;
        }
        values.put(kind + "_p50_ms", percentile(50));
        values.put(kind + "_p90_ms", percentile(90));
        values.put(kind + "_p99_ms", percentile(99));
        values.put(kind + "_p999_ms", percentile(99.9));
        values.put(kind + "_max_ms", histogram.getMaxValue() / 1e6);
    }

    /** Milliseconds at the percentiles that a plot shows. */
    List<Double> curve() {
        List<Double> points = new ArrayList<>();
        for (double percentile : CURVE) {
            if (count() > 0) {
                points.add(percentile(percentile));
            }
        }
        return points;
    }

    void reset() {
        histogram.reset();
    }
}
