package io.github.follownotify.bench.load;

import io.github.follownotify.bench.machine.Meter;
import io.netty.buffer.ByteBuf;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Follows through HTTP, and what the targets' sockets receive of them.
 *
 * <p>Open loop: follows are due at a fixed rate whatever the answers do; one that is due while every connection waits
 * for an answer is sent later, and its time counts from the moment at which it was due. Closed loop: each connection
 * sends the next as soon as it has its answer.
 */
public final class FollowLoad implements Posts.Listener, Sockets.EventListener {

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int SERVER_ERROR = 500;
    private static final long LONGEST_DRAIN_MILLIS = 15_000;

    private final Sockets sockets;
    private final FollowPlan plan;
    private final Settings settings;
    private final Posts posts;
    private final FollowLog log;
    private final Deque<Long> due = new ArrayDeque<>();
    private final long[] newestSent;
    private final long[] newestOffset;

    private Window window = new Window(0, 0, 0);
    private boolean sending;
    private int waitingForAnswer;

    private final Latencies answers = new Latencies();
    private final Latencies deliveries = new Latencies();
    private final Latencies secondDeliveries = new Latencies();
    private final Latencies lateness = new Latencies();
    private final Map<Integer, Integer> unexpected = new TreeMap<>();
    private long answeredInWindow;
    private long arrivedInWindow;
    private long answered;
    private long arrived;
    private long accepted;
    private long duplicated;
    private long outOfOrder;
    private long foreign;

    /**
     * @param connections keep-alive connections
     * @param rate follows per second; 0 for a closed loop
     */
    public record Settings(int connections, double rate, Duration warmUp, Duration measure) {}

    public FollowLoad(List<URI> apis, Tokens tokens, Sockets sockets, FollowPlan plan, Settings settings) {
        this.sockets = sockets;
        this.plan = plan;
        this.settings = settings;
        this.posts = new Posts(sockets.loop(), apis, tokens, this);
        this.log = new FollowLog(plan.next());
        this.newestSent = new long[sockets.size()];
        this.newestOffset = new long[sockets.size()];
        Arrays.fill(newestSent, Long.MIN_VALUE);
    }

    public Run run(String name, Meter meter) {
        LoadLoop loop = sockets.loop();
        sockets.listen(this);
        int lostBefore = sockets.lost();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        Meter.Reading reading;
        try (posts) {
            posts.open(settings.connections());
            window = loop.call(() -> Window.startingNow(settings.warmUp(), settings.measure()));
            loop.execute(() -> {
                sending = true;
                idle();
            });
            Thread pacer = startPacer();
            watch(name, series, window.start(), window.from());
            meter.start();
            watch(name, series, window.from(), window.to());
            reading = meter.read();
            Waits.join(pacer);
            drain();
        } finally {
            sockets.listen(null);
        }
        return loop.call(() -> result(name, series, reading, sockets.lost() - lostBefore));
    }

    private Thread startPacer() {
        Thread pacer = new Thread(
                () -> {
                    if (settings.rate() == 0) {
                        return;
                    }
                    long interval = (long) (1e9 / settings.rate());
                    for (long moment = window.start(); moment < window.to(); moment += interval) {
                        Waits.until(moment);
                        long intended = moment;
                        sockets.loop().execute(() -> {
                            due.add(intended);
                            idle();
                        });
                    }
                },
                "pacer");
        pacer.setDaemon(true);
        pacer.start();
        return pacer;
    }

    @Override
    public void idle() {
        while (sending && posts.hasIdle() && plan.hasNext()) {
            long now = System.nanoTime();
            Long intended = settings.rate() == 0 ? Long.valueOf(now) : due.poll();
            if (intended == null) {
                return;
            }
            long number = plan.take();
            log.sent(number, intended);
            if (window.contains(intended)) {
                lateness.record(now - intended);
            }
            waitingForAnswer++;
            posts.send(number, plan.follower(number), plan.target(number));
        }
    }

    @Override
    public void answered(long number, int status, long now) {
        waitingForAnswer--;
        answered++;
        if (status == CREATED) {
            accepted++;
            log.accepted(number, now);
        } else {
            unexpected.merge(status, 1, Integer::sum);
            if (status != OK && (status == Posts.NO_ANSWER || status >= SERVER_ERROR)) {
                log.uncertain(number);
            }
        }
        if (status == CREATED && window.contains(log.sentAt(number))) {
            answers.record(now - log.sentAt(number));
        }
        if (status == CREATED && window.contains(now)) {
            answeredInWindow++;
        }
    }

    @Override
    public void event(int index, ByteBuf packet, long now) {
        long number = plan.number(Events.userId(packet), index);
        if (number < 0 || !log.has(number)) {
            foreign++;
            return;
        }
        if (!log.arrived(number)) {
            duplicated++;
            return;
        }
        arrived++;
        checkOrder(index, number, Events.offset(packet));
        long sentAt = log.sentAt(number);
        secondDeliveries.record(now - sentAt);
        if (window.contains(sentAt)) {
            deliveries.record(now - sentAt);
        }
        if (window.contains(now)) {
            arrivedInWindow++;
        }
    }

    /** What was answered before another was even sent has to arrive before that; and offsets only grow. */
    private void checkOrder(int index, long number, long offset) {
        long answeredAt = log.answeredAt(number);
        boolean overtaken = answeredAt != 0 && answeredAt < newestSent[index];
        boolean offsetShrank = offset != Events.NONE && offset <= newestOffset[index];
        if (overtaken || offsetShrank) {
            outOfOrder++;
        }
        newestSent[index] = Math.max(newestSent[index], log.sentAt(number));
        newestOffset[index] = Math.max(newestOffset[index], offset);
    }

    /** Prints and keeps what happened in each second. */
    private void watch(String name, Map<String, List<Double>> series, long from, long to) {
        LoadLoop loop = sockets.loop();
        Progress progress = new Progress(name);
        for (long second = from; second < to; second += 1_000_000_000L) {
            long[] before = loop.call(() -> new long[] {answered, arrived});
            Waits.until(Math.min(second + 1_000_000_000L, to));
            double length = (Math.min(second + 1_000_000_000L, to) - second) / 1e9;
            double[] now = loop.call(() -> {
                double[] values = {
                    (answered - before[0]) / length,
                    (arrived - before[1]) / length,
                    secondDeliveries.percentile(50),
                    secondDeliveries.percentile(99),
                    waitingForAnswer + due.size()
                };
                secondDeliveries.reset();
                return values;
            });
            series.computeIfAbsent("answered_per_second", key -> new ArrayList<>())
                    .add(now[0]);
            series.computeIfAbsent("arrived_per_second", key -> new ArrayList<>())
                    .add(now[1]);
            series.computeIfAbsent("delivery_p99_ms_per_second", key -> new ArrayList<>())
                    .add(now[3]);
            progress.print(
                    "%,7.0f follows/s  %,7.0f events/s  p50 %.2f ms  p99 %.2f ms  %.0f under way",
                    now[0], now[1], now[2], now[3], now[4]);
        }
    }

    private void drain() {
        LoadLoop loop = sockets.loop();
        // What was due and had to wait is still sent: its time is the worst there is, and to leave it out would
        // flatter.
        Waits.await(() -> loop.call(() -> settings.rate() == 0 || due.isEmpty()), LONGEST_DRAIN_MILLIS);
        loop.call(() -> sending = false);
        Waits.await(() -> loop.call(() -> waitingForAnswer == 0), LONGEST_DRAIN_MILLIS);
        Waits.await(() -> loop.call(() -> arrived >= accepted), LONGEST_DRAIN_MILLIS);
        // Whatever comes twice comes late.
        Waits.pause(200);
    }

    private Run result(String name, Map<String, List<Double>> series, Meter.Reading reading, int socketsLost) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("rate", answeredInWindow / window.seconds());
        values.put("events_rate", arrivedInWindow / window.seconds());
        answers.into("post", values);
        deliveries.into("delivery", values);
        values.put("sent_late_p99_ms", lateness.percentile(99));
        values.put("accepted", (double) accepted);
        values.put("never_sent", (double) due.size());
        values.put("lost", (double) log.missing());
        values.put("duplicated", (double) duplicated);
        values.put("out_of_order", (double) outOfOrder);
        values.put("foreign", (double) foreign);
        values.put("pairs_left", (double) (plan.size() - plan.next()));
        values.put("sockets_lost", (double) socketsLost);
        unexpected.forEach((status, count) ->
                values.put(status == Posts.NO_ANSWER ? "no_answer" : "status_" + status, (double) count));
        series.put("delivery_curve_ms", deliveries.curve());
        return Run.of(
                name,
                Map.of(
                        "connections", settings.connections(),
                        "rate", settings.rate(),
                        "warm_up_seconds", settings.warmUp().toMillis() / 1e3,
                        "measured_seconds", settings.measure().toMillis() / 1e3,
                        "sockets", sockets.size()),
                values,
                series,
                reading,
                (double) answeredInWindow);
    }
}
