package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A page with the counters, the recovery times and a picture of latency over time with the faults marked on it. */
final class Report {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 420;
    private static final double LOWEST_MILLIS = 0.5;
    private static final double HIGHEST_MILLIS = 120_000;

    private final Timeline timeline;
    private final String settings;
    private final Ledger.Result result;
    private final double length;

    Report(Timeline timeline, String settings, Ledger.Result result) {
        this.timeline = timeline;
        this.settings = settings;
        this.result = result;
        this.length = Math.max(
                1,
                timeline.deliveries().stream()
                        .mapToDouble(delivery -> timeline.seconds(delivery.arrivedAt()))
                        .max()
                        .orElse(1));
    }

    void write(Path file) {
        String page = """
                <!doctype html><meta charset="utf-8"><title>Follow Notify: harness report</title>
                <style>body{font:15px system-ui;margin:2rem;max-width:1240px}table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}</style>
                <h1>Harness report</h1><p>%s</p><p><strong>%s</strong></p>
                <p>Delivery latency (from the POST to the device): %s</p>
                <pre>%s</pre>
                %s
                <table><tr><th>at</th><th>fault</th><th>replica</th><th>lasted</th><th>everything there after</th></tr>%s</table>
                """.formatted(
                        settings, result, latencies(timeline.deliveries()), recoveryTimes(), picture(), faultRows());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, page);
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }

    static String latencies(List<Timeline.Delivery> deliveries) {
        double[] millis = deliveries.stream()
                .mapToDouble(Timeline.Delivery::millis)
                .sorted()
                .toArray();
        if (millis.length == 0) {
            return "nothing arrived";
        }
        return String.format(
                Locale.ROOT,
                "median %.1f ms, 99 %% within %.0f ms, slowest %.1f s, %d deliveries",
                millis[millis.length / 2],
                millis[(int) (millis.length * 0.99)],
                millis[millis.length - 1] / 1000,
                millis.length);
    }

    /**
     * By kind of fault: how many, time until everything had arrived, and the latency of what was followed meanwhile.
     */
    String recoveryTimes() {
        return timeline.outages().stream()
                .collect(Collectors.groupingBy(Timeline.Outage::fault, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> {
                    double[] seconds = entry.getValue().stream()
                            .mapToDouble(timeline::secondsUntilWhole)
                            .sorted()
                            .toArray();
                    return String.format(
                            Locale.ROOT,
                            "  %-26s %3d times, everything there after %.1f s (median), %.1f s (longest); latency: %s",
                            entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            seconds.length,
                            seconds[seconds.length / 2],
                            seconds[seconds.length - 1],
                            histogram(timeline.deliveriesDuring(entry.getValue())));
                })
                .collect(Collectors.joining("\n"));
    }

    /** Quantiles, and the share of deliveries up to each bound. */
    private static String histogram(List<Timeline.Delivery> deliveries) {
        if (deliveries.isEmpty()) {
            return "nothing followed";
        }
        String shares = DoubleStream.of(0.01, 0.1, 1, 2, 5, 10)
                .mapToObj(bound -> String.format(
                        Locale.ROOT,
                        "%s s %.1f %%",
                        bound,
                        100.0
                                * deliveries.stream()
                                        .filter(delivery -> delivery.millis() <= bound * 1000)
                                        .count()
                                / deliveries.size()))
                .collect(Collectors.joining(", "));
        return latencies(deliveries) + "; within " + shares;
    }

    private String faultRows() {
        return timeline.outages().stream()
                .sorted(Comparator.comparingLong(Timeline.Outage::brokenAt))
                .map(outage -> String.format(
                        Locale.ROOT,
                        "<tr><td>%.1f s</td><td>%s</td><td>%d</td><td>%.1f s</td><td>%.1f s</td></tr>",
                        timeline.seconds(outage.brokenAt()),
                        outage.fault().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        outage.replica(),
                        timeline.seconds(outage.healedAt()) - timeline.seconds(outage.brokenAt()),
                        timeline.secondsUntilWhole(outage)))
                .collect(Collectors.joining("\n"));
    }

    private String picture() {
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
        for (double millis : new double[] {1, 10, 100, 1000, 10_000, 100_000}) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"0\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/><text x=\"-8\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                    WIDTH,
                    y(millis),
                    y(millis),
                    y(millis) + 4,
                    millis < 1000 ? (int) millis + " ms" : (int) (millis / 1000) + " s"));
        }
        perSecond().forEach((second, millis) -> {
            double[] sorted = millis.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            svg.append(dot(second, sorted[sorted.length / 2], "#06c"));
            svg.append(dot(second, sorted[sorted.length - 1], "#c60"));
        });
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"0\" y=\"%d\">0 s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f s</text>"
                        + "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">per second of follows: median (blue), slowest (orange); faults (red)</text></svg>",
                HEIGHT + 20,
                WIDTH,
                HEIGHT + 20,
                length,
                WIDTH / 2,
                HEIGHT + 20));
        return svg.toString();
    }

    private Map<Long, List<Double>> perSecond() {
        return timeline.deliveries().stream()
                .collect(Collectors.groupingBy(
                        delivery -> (long) timeline.seconds(delivery.followedAt()),
                        TreeMap::new,
                        Collectors.mapping(Timeline.Delivery::millis, Collectors.toList())));
    }

    private String dot(double second, double millis, String colour) {
        return String.format(
                Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"1.6\" fill=\"%s\"/>", x(second), y(millis), colour);
    }

    private double x(double seconds) {
        return seconds / length * WIDTH;
    }

    private static double y(double millis) {
        double bounded = Math.min(HIGHEST_MILLIS, Math.max(LOWEST_MILLIS, millis));
        double share = Math.log(bounded / LOWEST_MILLIS) / Math.log(HIGHEST_MILLIS / LOWEST_MILLIS);
        return HEIGHT * (1 - share);
    }
}
