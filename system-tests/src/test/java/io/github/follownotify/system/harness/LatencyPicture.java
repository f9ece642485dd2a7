package io.github.follownotify.system.harness;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Latency over time as SVG, with the faults marked on it. */
final class LatencyPicture {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 420;
    private static final double LOWEST_SECONDS = 0.0005;
    private static final double HIGHEST_SECONDS = 120;

    private final Timeline timeline;
    private final List<Delivery> deliveries;
    private final double length;

    LatencyPicture(Timeline timeline, List<Delivery> deliveries) {
        this.timeline = timeline;
        this.deliveries = deliveries;
        this.length = deliveries.stream()
                .mapToDouble(delivery -> timeline.seconds(delivery.arrivedAt()))
                .reduce(1, Math::max);
    }

    String svg() {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"-60 -10 %d %d\" width=\"100%%\" font-size=\"12\" font-family=\"system-ui\">",
                WIDTH + 80,
                HEIGHT + 50));
        for (Timeline.Outage outage : timeline.outages()) {
            double from = x(timeline.seconds(outage.brokenAt()));
            double to = Math.max(from + 1, x(timeline.seconds(outage.healedAt())));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\" fill=\"#d33\" fill-opacity=\".15\"><title>%s %d</title></rect>",
                    from,
                    to - from,
                    HEIGHT,
                    outage.fault(),
                    outage.replica()));
        }
        for (double seconds : new double[] {0.001, 0.01, 0.1, 1, 10, 100}) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"0\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/><text x=\"-8\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    WIDTH,
                    y(seconds),
                    y(seconds),
                    y(seconds) + 4,
                    seconds < 1 ? (int) (seconds * 1000) + " ms" : (int) seconds + " s"));
        }
        perSecond().forEach((second, some) -> {
            Latencies latencies = new Latencies(some);
            svg.append(dot(second, latencies.quantile(0.5), "#06c"));
            svg.append(dot(second, latencies.quantile(1), "#c60"));
        });
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"0\" y=\"%d\">0 s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f s</text>"
                        + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">per second of answers: median (blue), slowest (orange); faults (red)</text></svg>",
                HEIGHT + 20,
                WIDTH,
                HEIGHT + 20,
                length,
                WIDTH / 2,
                HEIGHT + 20));
        return svg.toString();
    }

    private Map<Long, List<Delivery>> perSecond() {
        return deliveries.stream()
                .collect(Collectors.groupingBy(
                        delivery -> (long) timeline.seconds(delivery.answeredAt()), TreeMap::new, Collectors.toList()));
    }

    private String dot(double second, double seconds, String colour) {
        return String.format(
                Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\" fill=\"%s\"/>", x(second), y(seconds), colour);
    }

    private double x(double seconds) {
        return seconds / length * WIDTH;
    }

    private static double y(double seconds) {
        double bounded = Math.min(HIGHEST_SECONDS, Math.max(LOWEST_SECONDS, seconds));
        double share = Math.log(bounded / LOWEST_SECONDS) / Math.log(HIGHEST_SECONDS / LOWEST_SECONDS);
        return HEIGHT * (1 - share);
    }
}
