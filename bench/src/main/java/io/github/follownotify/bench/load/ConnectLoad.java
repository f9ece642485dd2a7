package io.github.follownotify.bench.load;

import io.github.follownotify.bench.machine.Meter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens many sockets, holds them, replaces some of them again and again: rate, latency, CPU and memory of the server.
 */
public final class ConnectLoad {

    /** Garbage of the handshakes and delayed releases: a server is measured when it has come to rest. */
    private static final long SETTLE_MILLIS = 3000;

    private final LoadLoop loop;
    private final List<URI> nodes;
    private final Tokens tokens;
    private final Settings settings;

    /**
     * @param sockets opened and held
     * @param warmUp opened and closed before
     * @param atOnce handshakes under way at once
     * @param churn sockets that are closed and opened again after that
     */
    public record Settings(int sockets, int warmUp, int atOnce, int churn) {}

    public ConnectLoad(LoadLoop loop, List<URI> nodes, Tokens tokens, Settings settings) {
        this.loop = loop;
        this.nodes = nodes;
        this.tokens = tokens;
        this.settings = settings;
    }

    /** @param server name of the process that accepts the sockets */
    public Run run(String name, Meter meter, String server, long firstUser) {
        if (settings.warmUp() > 0) {
            try (Sockets warmUp = new Sockets(loop, nodes, tokens, firstUser)) {
                warmUp.openAll(settings.warmUp(), settings.atOnce());
            }
            Waits.pause(SETTLE_MILLIS);
        }
        Map<String, Double> values = new LinkedHashMap<>();
        long before = meter.residentBytes(server);
        try (Sockets sockets = new Sockets(loop, nodes, tokens, firstUser)) {
            meter.start();
            Sockets.Connected connected = sockets.open(settings.sockets(), settings.atOnce());
            Meter.Reading reading = meter.read();
            values.put("rate", connected.accepted() / connected.seconds());
            values.put("refused", (double) connected.refused());
            connected.latencies().into("connect", values);
            Map<String, List<Double>> series =
                    Map.of("connect_curve_ms", connected.latencies().curve());
            Waits.pause(SETTLE_MILLIS);
            long after = meter.residentBytes(server);
            values.put("memory_per_socket_kb", (after - before) / 1e3 / Math.max(1, connected.accepted()));
            values.put("memory_before_mb", before / 1e6);
            if (settings.churn() > 0) {
                Sockets.Connected again =
                        sockets.reopen(0, Math.min(settings.churn(), settings.sockets()), settings.atOnce());
                values.put("churn_rate", again.accepted() / again.seconds());
                values.put("churn_refused", (double) again.refused());
                Waits.pause(SETTLE_MILLIS);
                values.put("memory_after_churn_mb", meter.residentBytes(server) / 1e6);
            }
            values.put("sockets_lost", (double) sockets.lost());
            return Run.of(
                    name,
                    Map.of(
                            "sockets", settings.sockets(),
                            "warm_up_sockets", settings.warmUp(),
                            "at_once", settings.atOnce(),
                            "churn", settings.churn()),
                    values,
                    series,
                    reading,
                    connected.accepted());
        }
    }
}
