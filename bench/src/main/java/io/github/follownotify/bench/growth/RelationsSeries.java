package io.github.follownotify.bench.growth;

import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.report.Chart;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Throughput and latency of a follow, by the number of relations that there are already. */
record RelationsSeries(List<Integer> sizes, Pace pace) implements Series {

    private static final int FOLLOWED_USERS = 1000;
    private static final double FOLLOWS_PER_SECOND = 300;
    private static final int ROWS_AT_ONCE = 5000;
    private static final long FIRST_STRANGER = 3_000_000_000L;
    private static final int STRANGERS = 1_000_000;

    @Override
    public String name() {
        return "relations";
    }

    @Override
    public Outcome measure(Target target, Servers servers, Launch launch) {
        List<Run> points = new ArrayList<>();
        try (Installation installation = Installation.start(target, servers, 1, launch);
                Loads loads = new Loads(installation, FOLLOWED_USERS)) {
            // The first point must not pay for the JIT compiler.
            loads.follow("warm-up", 0, pace.connections(), pace.warmUp(), pace.measure());
            long there = 0;
            for (int size : sizes) {
                insert(servers, installation.schema(), there, size - there);
                there = Math.max(there, size);
                points.add(loads.follow("closed-" + size, 0, pace.connections(), pace.shortWarmUp(), pace.measure()));
                points.add(loads.follow(
                        "rate-" + size, FOLLOWS_PER_SECOND, pace.connections(), pace.shortWarmUp(), pace.measure()));
            }
        }
        double[] x = sizes.stream().mapToDouble(Integer::doubleValue).toArray();
        double[] rate = SocketsSeries.values(points, "closed-", "rate");
        double[] slow = SocketsSeries.values(points, "rate-", "delivery_p99_ms");
        Chart chart =
                new Chart("Follows by relations that there are", "relations", "follows/s").line("closed loop", x, rate);
        String sentence = String.format(
                Locale.ROOT,
                "**Relations**: from %,.0f to %,.0f relations the closed loop goes from %,.0f to %,.0f follows/s, and the p99 from POST to"
                        + " socket at 300/s from %.1f to %.1f ms.",
                x[0],
                x[x.length - 1],
                rate[0],
                rate[rate.length - 1],
                slow[0],
                slow[slow.length - 1]);
        return new Outcome("Follows per second by relations", chart, sentence, points);
    }

    /** Relations among strangers, in no order: the columns are those that ours and the peers have in common. */
    private static void insert(Servers servers, String schema, long from, long count) {
        SplittableRandom random = new SplittableRandom(from);
        String sql = "INSERT IGNORE INTO following (follower_id, target_id, created_at) VALUES (?, ?, ?)";
        try (Connection connection = servers.connect(schema);
                PreparedStatement insert = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            long now = System.currentTimeMillis();
            for (long i = 0; i < count; i++) {
                insert.setLong(1, FIRST_STRANGER + random.nextInt(STRANGERS));
                insert.setLong(2, FIRST_STRANGER + STRANGERS + random.nextInt(STRANGERS));
                insert.setLong(3, now);
                insert.addBatch();
                if ((i + 1) % ROWS_AT_ONCE == 0 || i + 1 == count) {
                    insert.executeBatch();
                    connection.commit();
                }
            }
        } catch (SQLException refused) {
            throw new IllegalStateException("The target's table of relations takes no rows", refused);
        }
    }
}
