package io.github.follownotify.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plot of lines as SVG that stands by itself. */
public final class Chart {

    private static final List<String> COLOURS =
            List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#8c564b", "#e377c2");
    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 50;
    private static final int STEPS = 5;

    private final String title;
    private final String across;
    private final String up;
    private final List<Line> lines = new ArrayList<>();
    private List<String> names = List.of();

    private record Line(String name, double[] x, double[] y) {}

    /**
     * @param across what is measured from left to right
     * @param up what is measured from the bottom to the top, which begins at 0
     */
    public Chart(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    public Chart line(String name, double[] x, double[] y) {
        if (y.length > 0) {
            lines.add(new Line(name, x, y));
        }
        return this;
    }

    /** One value for each of 0, 1, 2 and so on. */
    public Chart line(String name, List<Double> y) {
        double[] x = new double[y.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        return line(name, x, y.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** What stands below 0, 1, 2 and so on instead of these numbers. */
    public Chart steps(List<String> stepNames) {
        names = stepNames;
        return this;
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    public String svg() {
        double maxX = max(true);
        double maxY = rounded(max(false));
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT,
                WIDTH);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
        text(svg, LEFT, 18, "start", title, " font-weight=\"bold\"");
        for (int i = 0; i <= STEPS; i++) {
            double y = maxY * i / STEPS;
            add(
                    svg,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                    LEFT,
                    WIDTH - RIGHT,
                    up(y, maxY),
                    up(y, maxY));
            text(svg, LEFT - 6, up(y, maxY) + 4, "end", number(y), "");
        }
        if (names.isEmpty()) {
            for (int i = 0; i <= STEPS; i++) {
                text(svg, across(maxX * i / STEPS, maxX), HEIGHT - BOTTOM + 18, "middle", number(maxX * i / STEPS), "");
            }
        } else {
            for (int i = 0; i < names.size(); i++) {
                text(svg, across(i, maxX), HEIGHT - BOTTOM + 18, "middle", names.get(i), "");
            }
        }
        text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", across, "");
        text(svg, 14, TOP - 6, "start", up, " fill=\"#555\"");
        for (int i = 0; i < lines.size(); i++) {
            line(svg, i, maxX, maxY);
        }
        return svg.append("</svg>\n").toString();
    }

    private void line(StringBuilder svg, int index, double maxX, double maxY) {
        Line line = lines.get(index);
        String colour = COLOURS.get(index % COLOURS.size());
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.y().length; i++) {
            if (!Double.isNaN(line.y()[i])) {
                add(points, "%.1f,%.1f ", across(line.x()[i], maxX), up(line.y()[i], maxY));
            }
        }
        add(
                svg,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
                colour,
                points.toString().strip());
        if (line.y().length <= 12) {
            for (int i = 0; i < line.y().length; i++) {
                add(
                        svg,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                        across(line.x()[i], maxX),
                        up(line.y()[i], maxY),
                        colour);
            }
        }
        text(svg, WIDTH - RIGHT, 18 + 14 * index, "end", line.name(), " fill=\"" + colour + "\"");
    }

    private double max(boolean ofX) {
        double max = 0;
        for (Line line : lines) {
            for (double value : ofX ? line.x() : line.y()) {
                max = Double.isNaN(value) ? max : Math.max(max, value);
            }
        }
        return max == 0 ? 1 : max;
    }

    /** The next of 1, 2, 2.5, 5 and 10 times a power of ten. */
    private static double rounded(double max) {
        double power = Math.pow(10, Math.floor(Math.log10(max)));
        for (double step : new double[] {1, 2, 2.5, 5, 10}) {
            if (max <= step * power * 1.000001) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static double across(double x, double max) {
        return LEFT + x / max * (WIDTH - LEFT - RIGHT);
    }

    private static double up(double y, double max) {
        return HEIGHT - BOTTOM - y / max * (HEIGHT - TOP - BOTTOM);
    }

    private static String number(double value) {
        if (value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%.1f", value);
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text, String more) {
        add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>", x, y, anchor, more, escaped(text));
    }

    public static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void add(StringBuilder to, String format, Object... values) {
        to.append(String.format(Locale.ROOT, format, values));
    }
}
