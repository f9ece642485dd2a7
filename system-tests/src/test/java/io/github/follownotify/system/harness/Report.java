package io.github.follownotify.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A page with the counters, the latency under each kind of fault, and a picture of latency over time. */
final class Report {

    private final Timeline timeline;
    private final List<Delivery> deliveries;
    private final String settings;
    private final Ledger.Result result;

    Report(Timeline timeline, List<Delivery> deliveries, String settings, Ledger.Result result) {
        this.timeline = timeline;
        this.deliveries = deliveries;
        this.settings = settings;
        this.result = result;
    }

    void write(Path file) {
        String page = """
                <!doctype html><meta charset="utf-8"><title>Follow Notify: harness report</title>
                <style>body{font:15px system-ui;margin:2rem;max-width:1240px}table{border-collapse:collapse}td,th{padding:.2rem .8rem;border-bottom:1px solid #ddd;text-align:left}</style>
                <h1>Harness report</h1><p>%s</p><p><strong>%s</strong></p>
                <p>From the answer to a follow to the device: %s</p>
                <pre>%s</pre>
                %s
                <table><tr><th>at</th><th>fault</th><th>replica</th><th>lasted</th><th>everything there after</th></tr>%s</table>
                """.formatted(
                        settings,
                        result,
                        new Latencies(deliveries),
                        table(),
                        new LatencyPicture(timeline, deliveries).svg(),
                        faultRows());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, page);
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }

    /**
     * The table of docs/guarantees.md: by kind of fault, how many, the latency of what was answered from its beginning
     * until every process was ready again, and how devices came back meanwhile.
     */
    String table() {
        return """
                | fault | times | p50 | p99 | max | devices that came back: recovered, not |
                | --- | --- | --- | --- | --- | --- |
                """
                + byFault().entrySet().stream()
                        .map(entry -> row(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    /** The share of deliveries within each bound, by kind of fault. */
    String histograms() {
        return byFault().entrySet().stream()
                .map(entry -> {
                    Latencies latencies = new Latencies(during(entry.getValue()));
                    return "  %-26s %s"
                            .formatted(name(entry.getKey()), latencies.isEmpty() ? latencies : latencies.histogram());
                })
                .collect(Collectors.joining("\n"));
    }

    /** Devices that came back during this kind of fault and were not recovered. */
    long startedAnew(Fault fault) {
        return timeline.returns(byFault().getOrDefault(fault, List.of()), false);
    }

    private String row(Fault fault, List<Timeline.Outage> outages) {
        Latencies latencies = new Latencies(during(outages));
        return "| %s | %d | %s | %d, %d |"
                .formatted(
                        name(fault),
                        outages.size(),
                        latencies.isEmpty()
                                ? "| |"
                                : "%s | %s | %s"
                                        .formatted(
                                                Latencies.text(latencies.quantile(0.5)),
                                                Latencies.text(latencies.quantile(0.99)),
                                                Latencies.text(latencies.quantile(1))),
                        timeline.returns(outages, true),
                        timeline.returns(outages, false));
    }

    private List<Delivery> during(List<Timeline.Outage> outages) {
        return deliveries.stream()
                .filter(delivery -> outages.stream().anyMatch(outage -> outage.contains(delivery.answeredAt())))
                .toList();
    }

    private Map<Fault, List<Timeline.Outage>> byFault() {
        return timeline.outages().stream()
                .collect(Collectors.groupingBy(Timeline.Outage::fault, TreeMap::new, Collectors.toList()));
    }

    private String faultRows() {
        return timeline.outages().stream()
                .sorted(Comparator.comparingLong(Timeline.Outage::brokenAt))
                .map(outage -> String.format(
                        Locale.ROOT,
                        "<tr><td>%.1f s</td><td>%s</td><td>%d</td><td>%.1f s</td><td>%.1f s</td></tr>",
                        timeline.seconds(outage.brokenAt()),
                        name(outage.fault()),
                        outage.replica(),
                        NanoTime.seconds(outage.brokenAt(), outage.healedAt()),
                        NanoTime.seconds(outage.healedAt(), outage.deliveredAt())))
                .collect(Collectors.joining("\n"));
    }

    private static String name(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
