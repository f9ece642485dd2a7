package io.github.follownotify.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of the documentation. */
final class Markdown {

    private final Results results;
    private final Profile profile;
    private final List<String> targets;

    /** @param targets the first one is what the others are compared with */
    Markdown(Results results, Profile profile, List<String> targets) {
        this.results = results;
        this.profile = profile;
        this.targets = targets;
    }

    /** @param about what was measured on what, in a sentence or two */
    String table(String about) {
        StringBuilder text = new StringBuilder(about).append("\n\n| work |");
        StringBuilder line = new StringBuilder("| --- |");
        for (String target : targets) {
            text.append(' ').append(label(target)).append(" |");
            line.append(" ---: |");
        }
        for (String target : others()) {
            text.append(' ')
                    .append(label(target))
                    .append(" / ")
                    .append(label(targets.get(0)))
                    .append(" |");
            line.append(" ---: |");
        }
        text.append('\n').append(line).append('\n');
        for (Row row : Row.all(profile)) {
            if (targets.stream().anyMatch(target -> !Double.isNaN(results.median(target, row)))) {
                text.append(line(row)).append('\n');
            }
        }
        text.append(mistakes());
        return text.append(ceilings()).toString();
    }

    private String line(Row row) {
        List<String> cells = new ArrayList<>();
        cells.add(row.text());
        for (String target : targets) {
            String mark = results.isDisturbed(target, row, profile.disturbed()) ? " †" : "";
            cells.add(row.format(results.median(target, row)) + mark);
        }
        double base = results.median(targets.get(0), row);
        for (String target : others()) {
            double ratio = results.median(target, row) / base;
            boolean good = row.moreIsBetter() ? ratio >= 1 : ratio <= 1;
            String figure = String.format(Locale.ROOT, "%.2f", ratio);
            cells.add(Double.isNaN(ratio) || Double.isInfinite(ratio) ? "–" : good ? "**" + figure + "**" : figure);
        }
        return "| " + String.join(" | ", cells) + " |";
    }

    private String mistakes() {
        List<String> cells = new ArrayList<>();
        cells.add("lost / twice / out of order / no answer / sockets lost");
        for (String target : targets) {
            cells.add(String.join(
                    " / ",
                    results.mistakes(target).values().stream()
                            .map(String::valueOf)
                            .toList()));
        }
        others().forEach(target -> cells.add(""));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private String ceilings() {
        StringBuilder text = new StringBuilder();
        for (Row row : Row.ceilings()) {
            double figure = results.median(Compare.CEILINGS, row);
            if (!Double.isNaN(figure)) {
                text.append("| ")
                        .append(row.text())
                        .append(" | ")
                        .append(row.format(figure))
                        .append(" |\n");
            }
        }
        return text.isEmpty() ? "" : "\n| ceiling | |\n| --- | ---: |\n" + text;
    }

    private List<String> others() {
        return targets.subList(1, targets.size());
    }

    /** Where the jars of another version lie is nobody's business. */
    static String label(String target) {
        int at = target.indexOf('@');
        return at < 0 ? target : target.substring(0, at) + " (other version)";
    }
}
