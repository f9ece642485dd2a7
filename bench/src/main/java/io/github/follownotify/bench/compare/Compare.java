package io.github.follownotify.bench.compare;

import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.ceiling.RawBroker;
import io.github.follownotify.bench.ceiling.RawDatabase;
import io.github.follownotify.bench.command.Arguments;
import io.github.follownotify.bench.command.Json;
import io.github.follownotify.bench.load.ConnectLoad;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.recording.Recording;
import io.github.follownotify.bench.report.MarkedText;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import io.github.follownotify.bench.targets.Workplace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures targets in turn, A B A B, and writes what came out. */
public final class Compare {

    static final String CEILINGS = "ceilings";
    private static final long FIRST_USER = 1;
    private static final int AT_ONCE = 64;

    private final Profile profile;
    private final List<Target> targets;
    private final Workplace workplace;
    private final Path document;
    private final boolean rewritesDocument;
    private final Results results = new Results();

    public Compare(Arguments arguments) {
        profile = Profile.of(arguments);
        workplace = Workplace.of(arguments);
        targets = arguments.list("targets", "node,ours").stream()
                .map(name -> Target.named(name, workplace.root()))
                .toList();
        String docs = arguments.text("docs", profile.name().equals("table") ? "docs/performance.md" : "none");
        rewritesDocument = !docs.equals("none");
        document = workplace.root().resolve(docs);
        arguments.requireNothingElse();
    }

    /** @return folder of the report */
    public Path run() {
        Duration expected = profile.expected(targets.size());
        System.out.printf(
                "Profile %s: %s, %d rounds; warm-up %d s (first figure after %d s); about %d min %02d s%n",
                profile.name(),
                String.join(", ", targets.stream().map(Target::name).toList()),
                profile.rounds(),
                profile.warmUp().toSeconds(),
                profile.coldWarmUp().toSeconds(),
                expected.toMinutes(),
                expected.toSecondsPart());
        targets.forEach(target -> target.prepare(workplace.launch()));
        try (Servers servers = workplace.startServers()) {
            targets.forEach(target -> Recording.record(target, servers, workplace.launch()));
            if (profile.wants(Profile.CEILINGS)) {
                ceilings(servers);
            }
            for (int round = 1; round <= profile.rounds(); round++) {
                for (Target target : targets) {
                    System.out.printf("%s, round %d of %d%n", target.name(), round, profile.rounds());
                    turn(target, servers);
                    // After each turn, so that an interrupted comparison leaves what it has.
                    write();
                }
            }
        } finally {
            workplace.removeServers();
        }
        if (rewritesDocument) {
            MarkedText.replace(document, "table", markdown());
            System.out.println("Rewrote " + document);
        }
        System.out.println("\n" + markdown() + "\nReport: " + workplace.out().resolve("report.html"));
        return workplace.out();
    }

    private void turn(Target target, Servers servers) {
        try (Installation installation = Installation.start(target, servers, 1, workplace.launch())) {
            Session.run(profile, installation, target.isComplete())
                    .forEach((name, run) -> results.add(target.name(), name, run));
        }
        if (profile.wants(Profile.FIRST_SECONDS) && target.isComplete()) {
            try (Installation installation = Installation.start(target, servers, 1, workplace.launch())) {
                results.add(target.name(), Profile.FIRST_SECONDS, Session.firstSeconds(profile, installation));
            }
        }
    }

    private void ceilings(Servers servers) {
        System.out.println("ceilings");
        Duration warmUp = profile.openWarmUp();
        Duration measure = profile.openMeasure();
        Meter meter = servers.meter();
        try (Connection broker = servers.connectToBroker()) {
            keep(RawBroker.measure("amqp-transient", broker, meter, false, warmUp, measure));
            keep(RawBroker.measure("amqp-persistent", broker, meter, true, warmUp, measure));
        } catch (IOException brokerGone) {
            throw new UncheckedIOException(brokerGone);
        }
        keep(RawDatabase.measure("jdbc-1x1", servers, meter, 1, 1, warmUp, measure));
        keep(RawDatabase.measure("jdbc-32x1", servers, meter, 32, 1, warmUp, measure));
        keep(RawDatabase.measure("jdbc-1x64", servers, meter, 1, 64, warmUp, measure));
        Target bare = Target.named("null", workplace.root());
        try (Installation installation = Installation.start(bare, servers, 1, workplace.launch());
                LoadLoop loop = new LoadLoop()) {
            ConnectLoad.Settings settings =
                    new ConnectLoad.Settings(profile.sockets(), profile.sockets() / 5, AT_ONCE, 0);
            keep(new ConnectLoad(loop, installation.nodes(), installation.tokens(), settings)
                    .run("null-connect", installation.meter(), "im", FIRST_USER));
        }
    }

    private void keep(Run run) {
        System.out.printf("  %s: %,.0f/s%n", run.name(), run.value("rate"));
        results.add(CEILINGS, run.name(), run);
    }

    private String about() {
        return "Measured on %s: %d processors, %s, Java %s, profile `%s`, %d rounds in turn, %d connections, %,d followed users; warm-up %d s."
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        workplace.javaVersion(),
                        profile.name(),
                        profile.rounds(),
                        profile.connections(),
                        profile.targets(),
                        profile.warmUp().toSeconds());
    }

    private List<String> names() {
        return targets.stream().map(Target::name).distinct().toList();
    }

    private String markdown() {
        return new Markdown(results, profile, names()).table(about());
    }

    private void write() {
        Map<String, Object> everything = new LinkedHashMap<>();
        everything.put("about", about());
        everything.put("profile", profile);
        everything.put("runs", results.all());
        Json.write(workplace.out().resolve("runs.json"), everything);
        try {
            Files.writeString(
                    workplace.out().resolve("report.html"), new HtmlReport(results, profile, names()).html(about()));
            Files.writeString(workplace.out().resolve("table.md"), markdown() + "\n");
        } catch (IOException notWritable) {
            throw new UncheckedIOException(notWritable);
        }
    }
}
