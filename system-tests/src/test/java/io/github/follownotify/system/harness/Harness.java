package io.github.follownotify.system.harness;

import io.github.follownotify.system.ServiceProcess;
import io.github.follownotify.system.Users;
import io.github.follownotify.system.harness.Ledger.Answer;
import io.github.follownotify.system.harness.Ledger.Follow;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One run: devices listen, users follow at an even pace, faults happen, everything heals, the ledger is closed. */
final class Harness implements AutoCloseable {

    private static final long FIRST_FOLLOWER = 1_000_000;
    private static final int FOLLOWS_UNDER_WAY = 500;
    private static final Duration FOLLOW_LIMIT = Duration.ofSeconds(20);
    private static final Duration HEALING_LIMIT = Duration.ofMinutes(4);

    /** Shared by all runs of a JVM, because a pair of users can follow only once. */
    private static final AtomicLong nextFollower = new AtomicLong(FIRST_FOLLOWER);

    private final Settings settings;
    private final Cluster cluster;
    private final Duration healingLimit;
    private final List<Fault> kinds;
    private final Ledger ledger = new Ledger();
    private final Timeline timeline = new Timeline();
    private final Map<Follow, Long> startedAt = new ConcurrentHashMap<>();
    private final List<RecoveringDevice> devices = new ArrayList<>();
    private final Map<String, LongAdder> told = new ConcurrentHashMap<>();

    private final Semaphore underWay = new Semaphore(FOLLOWS_UNDER_WAY);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "harness-timer");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * What a run does.
     *
     * @param seed decides everything that chance decides
     * @param follows number of follows
     * @param faults number of faults, spread evenly over the follows
     * @param devices number of connected devices; every tenth user has two
     * @param perSecond follows per second
     * @param overlapping whether a fault may happen while the processes are not yet ready again after the one before
     */
    record Settings(long seed, int follows, int faults, int devices, int perSecond, boolean overlapping) {

        /** As the system properties {@code harness.seed}, {@code harness.follows}, … say, or a short run. */
        static Settings fromSystemProperties(Settings otherwise) {
            return new Settings(
                    Long.getLong("harness.seed", otherwise.seed),
                    Integer.getInteger("harness.follows", otherwise.follows),
                    Integer.getInteger("harness.faults", otherwise.faults),
                    Integer.getInteger("harness.devices", otherwise.devices),
                    Integer.getInteger("harness.per-second", otherwise.perSecond),
                    Boolean.getBoolean("harness.overlapping"));
        }

        int users() {
            return Math.max(1, devices * 10 / 11);
        }
    }

    Harness(Settings settings, Cluster cluster) {
        this(settings, cluster, HEALING_LIMIT, Fault.values());
    }

    /**
     * @param healingLimit longest wait for what is missing when all faults are healed
     * @param kinds faults that happen
     */
    Harness(Settings settings, Cluster cluster, Duration healingLimit, Fault... kinds) {
        this.settings = settings;
        this.cluster = cluster;
        this.healingLimit = healingLimit;
        this.kinds = List.of(kinds);
    }

    Ledger.Result run() {
        System.out.println("Harness: " + settings);
        connectDevices();
        Thread faults = new Thread(this::playFaults, "harness-faults");
        faults.start();
        followAll();
        join(faults);
        cluster.followApis.forEach(ServiceProcess::awaitReady);
        underWay.acquireUninterruptibly(FOLLOWS_UNDER_WAY);
        try {
            Awaitility.await("everything acknowledged has arrived")
                    .atMost(healingLimit)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(ledger::isComplete);
        } catch (ConditionTimeoutException stillIncomplete) {
            ledger.missing(20).forEach(System.out::println);
        }
        return ledger.result();
    }

    /** Closes the books and writes the report. */
    Report report(Ledger.Result result) {
        Report report = new Report(timeline, settings.toString(), result);
        System.out.println("Harness: " + settings + "\n  " + result + "\n  latency: "
                + Report.latencies(timeline.deliveries()) + "\n  devices were told: " + told + "\n"
                + report.recoveryTimes());
        return report;
    }

    Ledger ledger() {
        return ledger;
    }

    Follow newFollow(long target) {
        return new Follow(nextFollower.getAndIncrement(), target);
    }

    /** Follows, and waits for the answer. */
    HttpResponse<String> follow(Follow follow) {
        return send(follow).join();
    }

    void connectDevices() {
        List<URI> nodes = cluster.nodeAddresses();
        // Not neighbours, whose first choices are the same: all devices would share a node.
        Random seeds = new Random(settings.seed);
        for (int i = 0; i < settings.devices; i++) {
            long user = i % settings.users() + 1L;
            RecoveringDevice device =
                    new RecoveringDevice("device-" + i, user, nodes, http, timer, seeds.nextLong(), new Notes());
            ledger.device(device.name(), user);
            devices.add(device);
            device.connect();
        }
        Awaitility.await("all devices are connected").atMost(HEALING_LIMIT).until(() -> devices.stream()
                .allMatch(RecoveringDevice::isAccepted));
    }

    @Override
    public void close() {
        devices.forEach(RecoveringDevice::close);
        timer.shutdownNow();
    }

    private void followAll() {
        Random random = new Random(settings.seed);
        long pause = TimeUnit.SECONDS.toNanos(1) / settings.perSecond;
        long begin = System.nanoTime();
        for (int i = 0; i < settings.follows; i++) {
            long target = random.nextInt(settings.users()) + 1L;
            LockSupport.parkNanos(begin + i * pause - System.nanoTime());
            underWay.acquireUninterruptibly();
            var unused = send(newFollow(target)).whenComplete((done, failure) -> underWay.release());
        }
    }

    private CompletableFuture<HttpResponse<String>> send(Follow follow) {
        HttpRequest request = HttpRequest.newBuilder(cluster.apiAddress().resolve("/followings"))
                .timeout(FOLLOW_LIMIT)
                .header("Authorization", "Bearer " + Users.token(follow.follower()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"target\": " + follow.target() + "}"))
                .build();
        long started = System.nanoTime();
        startedAt.put(follow, started);
        return http.sendAsync(request, BodyHandlers.ofString())
                .whenComplete((response, failure) ->
                        ledger.attempted(follow, started, System.nanoTime(), answer(response, failure)));
    }

    private static Answer answer(@Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        if (failure != null || response == null || response.statusCode() >= 500) {
            return Answer.UNKNOWN;
        }
        return response.statusCode() < 300 ? Answer.ACKNOWLEDGED : Answer.REFUSED;
    }

    private void playFaults() {
        Random random = new Random(settings.seed);
        Fault.World world = new Fault.World(cluster, devices);
        double secondsPerFault = (double) settings.follows / settings.perSecond / Math.max(1, settings.faults);
        List<Fault> deck = new ArrayList<>();
        for (int i = 0; i < settings.faults; i++) {
            if (deck.isEmpty()) {
                deck.addAll(kinds);
                Collections.shuffle(deck, random);
            }
            Fault fault = deck.remove(0);
            int replica = random.nextInt(Cluster.REPLICAS);
            double lasting = Math.max(fault.leastSeconds(), secondsPerFault * (0.2 + 0.5 * random.nextDouble()));
            sleepUntil(timeline.startedAt() + seconds(i * secondsPerFault));
            if (!settings.overlapping) {
                cluster.awaitReady();
            }
            long brokenAt = System.nanoTime();
            System.out.printf("Harness: %6.1f s %s %d%n", timeline.seconds(brokenAt), fault, replica);
            fault.happen(world, replica);
            sleepUntil(brokenAt + seconds(lasting));
            fault.heal(world, replica);
            timeline.outage(fault, replica, brokenAt, System.nanoTime());
        }
    }

    private static long seconds(double seconds) {
        return (long) (seconds * 1e9);
    }

    private static void sleepUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Notes implements RecoveringDevice.Listener {

        @Override
        public void notified(RecoveringDevice device, JsonNode data, long offset) {
            long at = System.nanoTime();
            Follow follow = new Follow(data.get("user_id").asLong(), device.user());
            ledger.arrived(device.name(), follow, offset, at);
            Long started = startedAt.get(follow);
            if (started != null) {
                timeline.delivered(started, at);
            }
        }

        @Override
        public void connected(RecoveringDevice device, boolean recovered) {
            count(recovered ? "recovered" : "new session");
        }

        @Override
        public void told(RecoveringDevice device, String event, String details) {
            count(event);
            if (event.equals("resync needed")) {
                ledger.toldToResync(device.name());
            }
        }

        private void count(String what) {
            told.computeIfAbsent(what, any -> new LongAdder()).increment();
        }
    }
}
