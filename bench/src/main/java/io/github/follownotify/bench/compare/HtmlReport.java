package io.github.follownotify.bench.compare;

import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.report.Chart;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One file with everything: figures with their spread, plots, and what disturbed them. */
final class HtmlReport {

    private static final List<String> PERCENTILES =
            List.of("0", "25", "50", "75", "90", "95", "99", "99.5", "99.9", "99.99", "max");

    private final Results results;
    private final Profile profile;
    private final List<String> targets;

    HtmlReport(Results results, Profile profile, List<String> targets) {
        this.results = results;
        this.profile = profile;
        this.targets = targets;
    }

    String html(String about) {
        StringBuilder html = new StringBuilder();
        html.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Follow Notify: benchmark</title>"
                + "<style>body{font:14px sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
                + "table{border-collapse:collapse}td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:right}"
                + "td:first-child,th:first-child{text-align:left}.bad{color:#b00}.good{color:#070}small{color:#777}"
                + "svg{max-width:100%;margin:1rem 1rem 0 0}</style><h1>Follow Notify: benchmark</h1><p>");
        html.append(Chart.escaped(about))
                .append("</p><h2>Figures</h2><p>Median of the rounds, smallest and largest below it. "
                        + "The ratio is to the first column; green is at least as good.</p>");
        figures(html);
        html.append("<h2>Plots</h2>");
        plots(html);
        html.append(
                        "<h2>Others on the machine</h2><p>Share of the machine that other processes and the hypervisor took in each "
                                + "run. From ")
                .append(percent(profile.disturbed()))
                .append(" on a run is repeated where it can be, else marked.</p>");
        disturbances(html);
        return html.append("</html>\n").toString();
    }

    private void figures(StringBuilder html) {
        html.append("<table><tr><th>work");
        targets.forEach(target -> html.append("<th>").append(Chart.escaped(Markdown.label(target))));
        targets.stream().skip(1).forEach(target -> html.append("<th>ratio"));
        for (Row row : Row.all(profile)) {
            html.append("<tr><td>").append(Chart.escaped(row.text()));
            for (String target : targets) {
                double[] values = results.values(target, row);
                html.append("<td>").append(row.format(results.median(target, row)));
                if (results.isDisturbed(target, row, profile.disturbed())) {
                    html.append(" †");
                }
                if (values.length > 1) {
                    html.append("<br><small>")
                            .append(row.format(values[0]))
                            .append(" … ")
                            .append(row.format(values[values.length - 1]))
                            .append("</small>");
                }
            }
            double base = results.median(targets.get(0), row);
            targets.stream().skip(1).forEach(target -> {
                double ratio = results.median(target, row) / base;
                boolean good = row.moreIsBetter() ? ratio >= 1 : ratio <= 1;
                html.append("<td class=\"").append(good ? "good" : "bad").append("\">");
                html.append(Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.2f", ratio));
            });
        }
        html.append("</table>");
        for (String target : targets) {
            html.append("<p>")
                    .append(Chart.escaped(Markdown.label(target)))
                    .append(": ")
                    .append(results.mistakes(target))
                    .append("</p>");
        }
        html.append("<table><tr><th>ceiling<th>");
        for (Row row : Row.ceilings()) {
            html.append("<tr><td>")
                    .append(row.text())
                    .append("<td>")
                    .append(row.format(results.median(Compare.CEILINGS, row)));
        }
        html.append("</table>");
    }

    private void plots(StringBuilder html) {
        perSecond(
                html,
                "Closed loop from the first request on: follows per second",
                Profile.FOLLOW_WARM,
                "closed_loop_per_second",
                "follows/s");
        perSecond(
                html,
                "Follow at 300/s: p99 of each second, warm-up included",
                Profile.FOLLOW_RATE,
                "delivery_p99_ms_per_second",
                "ms");
        perSecond(
                html,
                "Follow at 300/s from the start of the process on: p99 of each second",
                Profile.FIRST_SECONDS,
                "delivery_p99_ms_per_second",
                "ms");
        curve(html, "Follow at 300/s: POST sent → socket", Profile.FOLLOW_RATE, "delivery_curve_ms");
        curve(html, "Follow, closed loop: POST sent → socket", Profile.FOLLOW_WARM, "delivery_curve_ms");
        curve(html, "Push at 1,000/s: published → socket", Profile.PUSH_RATE, "delivery_curve_ms");
        perSecond(
                html, "Push as fast as it goes: events per second", Profile.PUSH_MAX, "arrived_per_second", "events/s");
        curve(html, "Connect: handshake begun → accepted", Profile.CONNECT, "connect_curve_ms");
    }

    private void perSecond(StringBuilder html, String title, String run, String series, String up) {
        Chart chart = new Chart(title, "seconds", up);
        add(chart, run, series);
        append(html, chart);
    }

    private void curve(StringBuilder html, String title, String run, String series) {
        Chart chart = new Chart(title, "percentile", "ms").steps(PERCENTILES);
        add(chart, run, series);
        append(html, chart);
    }

    /** The round of each target whose others-took share was the smallest. */
    private void add(Chart chart, String run, String series) {
        for (String target : targets) {
            results.of(target, run).stream()
                    .min((a, b) -> Double.compare(
                            a.disturbance().share(), b.disturbance().share()))
                    .ifPresent(best ->
                            chart.line(Markdown.label(target), best.series().getOrDefault(series, List.of())));
        }
    }

    private static void append(StringBuilder html, Chart chart) {
        if (!chart.isEmpty()) {
            html.append(chart.svg());
        }
    }

    private void disturbances(StringBuilder html) {
        html.append("<table><tr><th>run");
        targets.forEach(target -> html.append("<th>").append(Chart.escaped(Markdown.label(target))));
        for (String name : List.of(
                Profile.CONNECT,
                Profile.FOLLOW_COLD,
                Profile.FOLLOW_WARM,
                Profile.FOLLOW_RATE,
                Profile.PUSH_RATE,
                Profile.PUSH_MAX)) {
            html.append("<tr><td>").append(name);
            for (String target : targets) {
                List<Run> runs = results.of(target, name);
                double[] shares = runs.stream()
                        .mapToDouble(run -> run.disturbance().share())
                        .toArray();
                html.append("<td>")
                        .append(String.join(
                                ", ",
                                Arrays.stream(shares)
                                        .mapToObj(HtmlReport::percent)
                                        .toList()));
            }
        }
        html.append("</table>");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }
}
