package io.github.follownotify.system.harness;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/** One run: devices listen, users follow at an even pace, faults happen, everything heals, the ledger is closed. */
final class Harness implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofMinutes(4);
    private static final Duration HEALING_LIMIT = Duration.ofMinutes(4);

    private final Settings settings;
    private final Cluster cluster;
    private final Duration healingLimit;
    private final List<Fault> kinds;
    private final Ledger ledger = new Ledger();
    private final Timeline timeline = new Timeline();
    private final List<RecoveringDevice> devices = new ArrayList<>();
    private final List<StockDevice> stockDevices = new ArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "harness-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final Load load;
    private final StateReader stateReader;

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
        this.load = new Load(cluster, ledger, http);
        this.stateReader = new StateReader(cluster, http, timer);
    }

    Ledger.Result run() {
        System.out.println("Harness: " + settings);
        connectDevices();
        Fault.World world = new Fault.World(cluster, new LostFuture(cluster, ledger, load), devices);
        CompletableFuture<Void> faults =
                CompletableFuture.runAsync(new FaultSchedule(settings, kinds, world, ledger, timeline)::play);
        load.run(settings.follows(), settings.perSecond(), settings.users(), settings.seed(), faults);
        faults.join();
        cluster.followApis.forEach(api -> api.awaitReady());
        load.awaitAnswers(System.nanoTime());
        try {
            Awaitility.await("everything acknowledged has arrived")
                    .atMost(healingLimit)
                    .until(ledger::isComplete);
        } catch (ConditionTimeoutException stillIncomplete) {
            ledger.missing(20).forEach(System.out::println);
        }
        return ledger.result();
    }

    /** Closes the books and writes the report. */
    Report report(Ledger.Result result) {
        List<Delivery> deliveries = ledger.deliveries();
        Report report = new Report(timeline, deliveries, settings.toString(), result);
        System.out.println("Harness: " + settings + "\n  " + result + "\n  from the answer to the device: "
                + new Latencies(deliveries) + "\n" + report.table() + "\n" + report.histograms());
        return report;
    }

    Ledger ledger() {
        return ledger;
    }

    Follow newFollow(long target) {
        return load.newFollow(target);
    }

    /** Follows, and waits for the answer. */
    HttpResponse<String> follow(Follow follow) {
        return load.send(follow).join();
    }

    void connectDevices() {
        Random seeds = new Random(settings.seed());
        for (int i = 0; i < settings.devices(); i++) {
            long user = i % settings.users() + 1L;
            devices.add(new RecoveringDevice(
                    cluster.address(),
                    () -> cluster.secrets.token(user),
                    http,
                    timer,
                    seeds.nextLong(),
                    new Notes(ledger.device("device-" + i, user))));
        }
        for (int i = 0; i < settings.stockDevices(); i++) {
            long user = i % settings.users() + 1L;
            stockDevices.add(new StockDevice(
                    cluster.address(),
                    cluster.secrets.token(user),
                    new Notes(ledger.device("stock-device-" + i, user))));
        }
        stockDevices.forEach(StockDevice::connect);
        devices.forEach(RecoveringDevice::connect);
        Awaitility.await("all devices are connected")
                .atMost(CONNECT_LIMIT)
                .until(() -> devices.stream().allMatch(RecoveringDevice::isAccepted)
                        && stockDevices.stream().allMatch(StockDevice::isAccepted));
    }

    @Override
    public void close() {
        devices.forEach(RecoveringDevice::close);
        stockDevices.forEach(StockDevice::close);
        timer.shutdownNow();
    }

    /** Writes down what one device tells. */
    private final class Notes implements ListeningDevice.Listener {

        private final DeviceBook book;
        private boolean connectedBefore;
        private boolean recovered;

        Notes(DeviceBook book) {
            this.book = book;
        }

        @Override
        public void notified(JsonNode data, long offset) {
            book.arrived(new Follow(data.get("user_id").asLong(), book.user()), offset, System.nanoTime());
        }

        @Override
        public void connected(boolean nowRecovered) {
            recovered = nowRecovered;
            if (connectedBefore) {
                timeline.returned(System.nanoTime(), nowRecovered);
            }
            connectedBefore = true;
        }

        @Override
        public void toldToResync(String reason) {
            // One that takes itself for recovered has no reason to believe it.
            if (!recovered || !reason.equals("history_changed")) {
                book.toldToResync(System.nanoTime());
                stateReader.read(book);
            }
        }

        @Override
        public void refused(String reason) {
            System.out.println("Harness: " + book.name() + " was refused: " + reason);
            ledger.refusedConnect();
        }
    }
}
