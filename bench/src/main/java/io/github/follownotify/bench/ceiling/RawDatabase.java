package io.github.follownotify.bench.ceiling;

import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Waits;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.targets.Servers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Commits/s of transactions that insert so many rows each, over so many connections. */
public final class RawDatabase {

    private RawDatabase() {}

    public static Run measure(
            String name, Servers servers, Meter meter, int connections, int rows, Duration warmUp, Duration measure) {
        String schema = "bench_ceiling_" + System.nanoTime();
        servers.execute("CREATE DATABASE " + schema);
        AtomicLong commits = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> writers = new ArrayList<>();
        try {
            servers.execute("CREATE TABLE " + schema + ".pair (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                    + " a BIGINT NOT NULL, b BIGINT NOT NULL, UNIQUE KEY (a, b)) ENGINE = InnoDB");
            for (int i = 0; i < connections; i++) {
                long first = i * 1_000_000_000L;
                Thread writer = new Thread(() -> write(servers, schema, first, rows, commits, ended), "writer-" + i);
                writers.add(writer);
                writer.start();
            }
            Waits.pause(warmUp.toMillis());
            long before = commits.get();
            meter.start();
            Waits.pause(measure.toMillis());
            long done = commits.get() - before;
            Meter.Reading reading = meter.read();
            return Run.of(
                    name,
                    Map.of("connections", connections, "rows", rows, "measured_seconds", measure.toSeconds()),
                    Map.of("rate", done / reading.seconds(), "rows_rate", done * rows / reading.seconds()),
                    Map.<String, List<Double>>of(),
                    reading,
                    (double) done * rows);
        } finally {
            ended.set(true);
            writers.forEach(Waits::join);
            servers.execute("DROP DATABASE " + schema);
        }
    }

    private static void write(
            Servers servers, String schema, long first, int rows, AtomicLong commits, AtomicBoolean ended) {
        String sql = "INSERT INTO pair (a, b) VALUES (?, ?)" + ", (?, ?)".repeat(rows - 1);
        try (Connection connection = servers.connect(schema)) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(sql)) {
                for (long next = first; !ended.get(); commits.incrementAndGet()) {
                    for (int i = 0; i < rows; i++, next++) {
                        // Scattered, as the pairs of users are.
                        insert.setLong(2 * i + 1, Long.reverse(next * 0x9E3779B97F4A7C15L) >>> 1);
                        insert.setLong(2 * i + 2, next);
                    }
                    insert.executeUpdate();
                    connection.commit();
                }
            }
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }
}
