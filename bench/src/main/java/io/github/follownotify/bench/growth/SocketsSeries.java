package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.load.ConnectLoad;
import io.github.follownotify.bench.load.LoadLoop;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.machine.Proc;
import io.github.follownotify.bench.report.Chart;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Memory and latency of one node, by the number of its sockets. */
record SocketsSeries(List<Integer> sizes, Pace pace) implements Series {

    /** Files that a process has open besides its sockets: jars, logs, other connections. */
    private static final int OTHER_FILES = 500;

    private static final int WARM_UP_SOCKETS = 500;
    private static final int AT_ONCE = 64;
    private static final long FIRST_USER = 1_000_000_000L;
    private static final double EVENTS_PER_SECOND = 1000;

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public Outcome measure(Target target, Servers servers, Launch launch) {
        long limit = Proc.openFilesLimit() - OTHER_FILES;
        List<Integer> possible = sizes.stream().filter(size -> size <= limit).toList();
        List<Run> points = new ArrayList<>();
        for (int size : possible) {
            try (Installation installation = Installation.start(target, servers, 1, launch)) {
                points.add(connect(installation, size));
                try (Loads loads = new Loads(installation, size)) {
                    points.add(loads.push("push-" + size, EVENTS_PER_SECOND, pace.warmUp(), pace.measure()));
                }
            }
        }
        double[] x = possible.stream().mapToDouble(Integer::doubleValue).toArray();
        double[] memory = values(points, "connect-", "memory_per_socket_kb");
        double[] median = values(points, "push-", "delivery_p50_ms");
        double[] slow = values(points, "push-", "delivery_p99_ms");
        String left = possible.size() == sizes.size()
                ? ""
                : " More need a higher limit of open files: it is %,d here, for each process."
                        .formatted(limit + OTHER_FILES);
        String sentence = x.length == 0
                ? "No size fits the limit of open files." + left
                : String.format(
                                Locale.ROOT,
                                "**Sockets of a node**: from %,.0f to %,.0f sockets memory goes from %.1f to %.1f kB each, and the p99 of an event"
                                        + " pushed at 1,000/s from %.2f to %.2f ms.",
                                x[0],
                                x[x.length - 1],
                                memory[0],
                                memory[memory.length - 1],
                                slow[0],
                                slow[slow.length - 1])
                        + left;
        Chart chart = new Chart("Sockets of a node", "sockets", "kB, ms")
                .line("memory per socket, kB", x, memory)
                .line("push at 1,000/s p50, ms", x, median)
                .line("push at 1,000/s p99, ms", x, slow);
        return new Outcome("Memory and latency by sockets", chart, sentence, points);
    }

    private static Run connect(Installation installation, int size) {
        try (LoadLoop loop = new LoadLoop()) {
            ConnectLoad.Settings settings = new ConnectLoad.Settings(size, WARM_UP_SOCKETS, AT_ONCE, 0);
            return new ConnectLoad(loop, installation.nodes(), installation.tokens(), settings)
                    .run("connect-" + size, installation.meter(), "im", FIRST_USER);
        }
    }

    static double[] values(List<Run> points, String prefix, String value) {
        return points.stream()
                .filter(run -> run.name().startsWith(prefix))
                .mapToDouble(run -> run.value(value))
                .toArray();
    }
}
