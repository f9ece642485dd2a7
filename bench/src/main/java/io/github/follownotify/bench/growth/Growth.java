package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.bench.command.Json;
import io.github.follownotify.bench.recording.Recording;
import io.github.follownotify.bench.report.Chart;
import io.github.follownotify.bench.report.MarkedText;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import io.github.follownotify.bench.targets.Workplace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the series that are asked for; each gets its plot and its sentence. */
public final class Growth {

    private final Workplace workplace;
    private final Target target;
    private final List<String> names;
    private final Arguments arguments;
    private final Pace pace;
    private final Map<String, Object> everything = new LinkedHashMap<>();
    private final String docs;

    public Growth(Arguments arguments) {
        this.arguments = arguments;
        workplace = Workplace.of(arguments);
        target = Target.named(arguments.text("target", "ours"), workplace.root());
        names = arguments.list("series", "sockets,relations,nodes,backlog");
        pace = new Pace(
                arguments.seconds("warm-up", 10),
                arguments.seconds("seconds", 10),
                arguments.number("connections", 32));
        docs = arguments.text("docs", "none");
    }

    public void run() {
        List<Series> wanted = new ArrayList<>();
        // All arguments are read before anything is measured, so that a mistake shows at once.
        for (String name : names) {
            wanted.add(
                    switch (name) {
                        case "sockets" ->
                            new SocketsSeries(arguments.numbers("sockets", "1000,5000,10000,50000"), pace);
                        case "relations" ->
                            new RelationsSeries(arguments.numbers("relations", "0,100000,1000000"), pace);
                        case "nodes" -> new NodesSeries(arguments.numbers("nodes", "1,2,4"), pace);
                        case "backlog" -> new BacklogSeries(arguments.numbers("backlog", "5000,20000,50000"), pace);
                        default ->
                            throw new IllegalArgumentException(
                                    "--series must be some of sockets,relations,nodes,backlog, was " + name);
                    });
        }
        arguments.requireNothingElse();
        target.prepare(workplace.launch());
        try (Servers servers = workplace.startServers()) {
            Recording.record(target, servers, workplace.launch());
            for (Series series : wanted) {
                System.out.println(series.name());
                Outcome outcome = series.measure(target, servers, workplace.launch());
                everything.put(series.name(), outcome.points());
                write(series.name(), outcome);
            }
        } finally {
            workplace.removeServers();
        }
        System.out.println("Results: " + workplace.out());
    }

    private void write(String name, Outcome outcome) {
        String image = "bench-" + name + ".svg";
        try {
            Json.write(workplace.out().resolve("growth.json"), everything);
            write(workplace.out().resolve(image), outcome.chart());
            System.out.println(outcome.sentence());
            if (!docs.equals("none")) {
                Path document = workplace.root().resolve(docs);
                write(document.resolveSibling("images").resolve(image), outcome.chart());
                MarkedText.replace(
                        document,
                        "growth-" + name,
                        outcome.sentence() + "\n\n![" + outcome.title() + "](images/" + image + ")");
            }
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }

    private static void write(Path file, Chart chart) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, chart.svg());
    }
}
