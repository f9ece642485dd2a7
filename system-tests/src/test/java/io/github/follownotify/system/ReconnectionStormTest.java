package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.RealBrokerTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everybody's connection breaks at once, things happen meanwhile, and everybody comes back at once: each device gets
 * exactly what it missed, and follow-api is not asked by each of them. A few hundred by default; by hand, after {@code
 * ./mvnw -DskipTests package}:
 *
 * <pre>
 * ulimit -n 65536
 * ./mvnw test -pl system-tests -am -Dtest=ReconnectionStormTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dstorm.users=20000 </pre>
 *
 * It prints what the storm cost.
 */
@RealBrokerTest
class ReconnectionStormTest {

    private static final int USERS = Integer.getInteger("storm.users", 500);
    private static final Duration LIMIT = Duration.ofSeconds(60 + USERS / 50);

    /** Holds what a tenth of the users miss, and not what all of them had before. */
    private static final int SMALL_WINDOW_BYTES = Math.max(65_536, USERS / 10 * 3 * 400);

    @AutoClose
    private static Installation installation;

    private static long nextUser = 1_000_000;
    private static long nextFollower = 1;

    @BeforeAll
    static void startTwoNodes() {
        installation = Installation.start(1, List.of(Map.of(), Map.of("IM_WINDOW_SIZE", SMALL_WINDOW_BYTES + "B")));
    }

    @ParameterizedTest(name = "node {0}, last heard {1}")
    @CsvSource({"SURVIVED, LATELY", "RESTARTED, LATELY", "SURVIVED, LONG_AGO", "RESTARTED, LONG_AGO"})
    void everybodyGetsWhatItMissed(Fate fate, LastHeard lastHeard) {
        int node = lastHeard == LastHeard.LATELY ? 0 : 1;
        LongStream users = LongStream.range(nextUser, nextUser += USERS);
        try (Swarm swarm = new Swarm(installation.imServer(node), users)) {
            swarm.connect();
            await("all connected").atMost(LIMIT).until(() -> swarm.connected() == USERS);
            List<Swarm.Device> all = swarm.devices();
            List<Swarm.Device> missing = lastHeard == LastHeard.LATELY ? all : everyTenth(all);
            List<Long> before = followEach(all, 1);
            awaitHeard(all, 1);

            Cost cost = new Cost(installation.followApiMetrics(), installation.imServerMetrics(node));
            double received = cost.received();
            swarm.cut();
            if (fate == Fate.RESTARTED) {
                installation.imServerProcess(node).kill();
            } else {
                await("all gone").atMost(LIMIT).until(() -> cost.socketsOpen() == 0);
            }
            List<Long> missed = followEach(missing, 2);
            if (fate == Fate.RESTARTED) {
                cost.beginWithANewProcess();
                installation.imServerProcess(node).restart();
                await("listening")
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(LIMIT)
                        .until(() -> listens(node));
            } else {
                await("all passed by").atMost(LIMIT).until(() -> cost.received() >= received + missing.size() * 2);
                cost.begin();
            }
            long start = System.nanoTime();
            swarm.connect();
            List<Long> live = followEach(everyTenth(missing), 1);
            await("all connected again").atMost(LIMIT).until(() -> {
                cost.sample();
                return swarm.connected() == USERS;
            });
            awaitHeard(missing, 3);
            awaitHeard(everyTenth(missing), 4);
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();

            System.out.printf(
                    "storm node=%s last_heard=%s users=%d missed=%d caught_up_after_ms=%d %s%n",
                    fate, lastHeard, USERS, missing.size() * 2, millis, cost.told());
            if (lastHeard == LastHeard.LATELY) {
                assertThat(cost.userReads()).isLessThan(USERS / 10.0);
            }
            assertEverybodyGotWhatItMissed(all, new HashSet<>(missing), before, missed, live);
        }
    }

    private enum Fate {
        SURVIVED,
        RESTARTED
    }

    private enum LastHeard {
        /** The window reaches back to everybody's last event. */
        LATELY,
        /** As on most days: the last event of most users is older than anything that a node remembers. */
        LONG_AGO
    }

    private static void assertEverybodyGotWhatItMissed(
            List<Swarm.Device> all, Set<Swarm.Device> missing, List<Long> before, List<Long> missed, List<Long> live) {
        for (Swarm.Device device : all) {
            List<Long> expected = new ArrayList<>(before);
            if (missing.contains(device)) {
                expected.addAll(missed);
            }
            assertThat(device.followers()).startsWith(expected.toArray(Long[]::new));
            expected.addAll(live);
            assertThat(expected).startsWith(device.followers().toArray(Long[]::new));
            assertThat(device.hasRecovered()).isTrue();
            assertThat(device.wasToldToResync()).isFalse();
        }
    }

    private static List<Swarm.Device> everyTenth(List<Swarm.Device> devices) {
        return IntStream.range(0, devices.size())
                .filter(index -> index % 10 == 0)
                .mapToObj(devices::get)
                .toList();
    }

    private static void awaitHeard(List<Swarm.Device> devices, int events) {
        await("everybody heard of " + events).atMost(LIMIT).until(() -> devices.stream()
                .allMatch(device -> device.heard() >= events));
    }

    /** @return the followers, each of whom follows every device's user, one after the other */
    private static List<Long> followEach(List<Swarm.Device> devices, int times) {
        List<Long> users = devices.stream().map(device -> device.user).toList();
        List<Long> followers = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            long follower = nextFollower++;
            followers.add(follower);
            installation.appendToLog(follower, users);
        }
        return followers;
    }

    private static boolean listens(int node) {
        URI address = installation.imServer(node);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What the storm costs follow-api and the node, from one moment on. */
    private static final class Cost {

        private static final List<String> SOURCES = List.of("window", "missed", "catch_up", "refill");

        private final Metrics followApi;
        private final Metrics node;
        private final Map<String, Double> before = new HashMap<>();
        private double peakHeap;

        Cost(Metrics followApi, Metrics node) {
            this.followApi = followApi;
            this.node = node;
        }

        double received() {
            return node.sum("im_events_received_total", "");
        }

        double socketsOpen() {
            return node.sum("im_sockets_open", "");
        }

        void begin() {
            SOURCES.forEach(source -> before.put(source, reads(source)));
            beginWithFollowApi();
        }

        void beginWithANewProcess() {
            before.clear();
            beginWithFollowApi();
        }

        private void beginWithFollowApi() {
            before.put("/notifications", requests("/notifications"));
            before.put("/log", requests("/log"));
        }

        double userReads() {
            return reads("missed") - before.getOrDefault("missed", 0.0);
        }

        void sample() {
            peakHeap = Math.max(peakHeap, node.sum("jvm_memory_used_bytes", "area=\"heap\""));
        }

        String told() {
            StringBuilder told = new StringBuilder();
            for (String source : SOURCES) {
                told.append("%s=%.0f ".formatted(source, reads(source) - before.getOrDefault(source, 0.0)));
            }
            for (String path : List.of("/notifications", "/log")) {
                told.append("GET%s=%.0f ".formatted(path, requests(path) - before.getOrDefault(path, 0.0)));
            }
            return told.append("peak_heap_mb=%.0f".formatted(peakHeap / 1024 / 1024))
                    .toString();
        }

        private double reads(String source) {
            return node.sum("im_log_reads_total", "source=\"" + source + "\"");
        }

        private double requests(String path) {
            return followApi.sum("http_server_requests_seconds_count", "uri=\"" + path + "\"");
        }
    }
}
