package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.report.Chart;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Events through several nodes on this one machine: each node takes every event, so more of them cost more. */
record NodesSeries(List<Integer> sizes, Pace pace) implements Series {

    private static final int USERS = 1000;
    private static final double EVENTS_PER_SECOND = 1000;

    @Override
    public String name() {
        return "nodes";
    }

    @Override
    public Outcome measure(Target target, Servers servers, Launch launch) {
        List<Run> points = new ArrayList<>();
        for (int size : sizes) {
            try (Installation installation = Installation.start(target, servers, size, launch);
                    Loads loads = new Loads(installation, USERS)) {
                points.add(loads.push("rate-" + size, EVENTS_PER_SECOND, pace.warmUp(), pace.measure()));
                points.add(loads.push("max-" + size, 0, pace.warmUp(), pace.measure()));
            }
        }
        double[] x = sizes.stream().mapToDouble(Integer::doubleValue).toArray();
        double[] rate = SocketsSeries.values(points, "max-", "rate");
        double[] cpu = SocketsSeries.values(points, "rate-", "cpu_im_us");
        double[] slow = SocketsSeries.values(points, "rate-", "delivery_p99_ms");
        Chart chart = new Chart("Push as fast as it goes, by nodes on one machine", "nodes", "events/s")
                .line("events per second", x, rate);
        String sentence = String.format(
                Locale.ROOT,
                "**Nodes on one machine**: from %.0f to %.0f nodes all nodes together take %.0f to %.0f µs of CPU for an event, its p99 at"
                        + " 1,000/s goes from %.2f to %.2f ms, and as fast as it goes from %,.0f to %,.0f events/s.",
                x[0],
                x[x.length - 1],
                cpu[0],
                cpu[cpu.length - 1],
                slow[0],
                slow[slow.length - 1],
                rate[0],
                rate[rate.length - 1]);
        return new Outcome("Events per second by nodes", chart, sentence, points);
    }
}
