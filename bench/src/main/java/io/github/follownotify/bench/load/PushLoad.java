package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.github.follownotify.bench.machine.Meter;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Events published to the exchange as any other service may (transient, without {@code seq}), and what the sockets
 * receive.
 *
 * <p>As fast as it goes means: as many as the nodes deliver while a bounded number is under way. Without that bound the
 * queue of a node would grow to its limit and drop.
 */
public final class PushLoad implements Sockets.EventListener {

    private static final long DRAIN_MILLIS = 10_000;
    /** Sent times are kept for so many events: far more than may be under way. */
    private static final int REMEMBERED = 1 << 20;

    private final Sockets sockets;
    private final Connection broker;
    private final String exchange;
    private final Settings settings;
    private final AtomicLongArray sent = new AtomicLongArray(REMEMBERED);
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong arrivedInAll = new AtomicLong();
    private final long[] newest;
    private final long first;

    private Window window = new Window(0, 0, 0);
    private final Latencies deliveries = new Latencies();
    private final Latencies secondDeliveries = new Latencies();
    private long arrivedInWindow;
    private long duplicated;
    private long outOfOrder;
    private long foreign;

    /**
     * @param rate events per second; 0 for as fast as it goes
     * @param underWay most events under way when as fast as it goes
     */
    public record Settings(double rate, int underWay, Duration warmUp, Duration measure) {}

    /** @param first number of the first event, so that late events of another run are not taken for this one's */
    public PushLoad(Sockets sockets, Connection broker, String exchange, long first, Settings settings) {
        this.sockets = sockets;
        this.broker = broker;
        this.exchange = exchange;
        this.first = first;
        this.settings = settings;
        this.newest = new long[sockets.size()];
        Arrays.fill(newest, -1);
    }

    public Run run(String name, Meter meter) {
        LoadLoop loop = sockets.loop();
        sockets.listen(this);
        int lostBefore = sockets.lost();
        Map<String, List<Double>> series = new LinkedHashMap<>();
        Meter.Reading reading;
        try {
            window = loop.call(() -> Window.startingNow(settings.warmUp(), settings.measure()));
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(this::publish, task -> {
                Thread publisher = new Thread(task, "publisher");
                publisher.setDaemon(true);
                publisher.start();
            });
            watch(name, series, window.start(), window.from());
            meter.start();
            watch(name, series, window.from(), window.to());
            reading = meter.read();
            publishing.join();
            Waits.await(() -> arrivedInAll.get() >= published.get(), DRAIN_MILLIS);
        } finally {
            sockets.listen(null);
        }
        return loop.call(() -> result(name, series, reading, sockets.lost() - lostBefore));
    }

    /** How many events were published: where the next run's numbers begin. */
    public long published() {
        return published.get();
    }

    private void publish() {
        try (Channel channel = broker.createChannel()) {
            long interval = settings.rate() == 0 ? 0 : (long) (1e9 / settings.rate());
            byte[] end = (",\"user_name\":\"Somebody\",\"timestamp\":" + System.currentTimeMillis() / 1000 + "}")
                    .getBytes(UTF_8);
            AMQP.BasicProperties.Builder properties = new AMQP.BasicProperties.Builder()
                    .contentType("application/json")
                    .type("following notify")
                    .deliveryMode(1);
            for (long n = 0, due = window.start(); due < window.to(); n++) {
                if (interval == 0) {
                    while (n - arrivedInAll.get() >= settings.underWay() && System.nanoTime() < window.to()) {
                        Waits.until(System.nanoTime() + 50_000);
                    }
                    due = System.nanoTime();
                } else {
                    Waits.until(due);
                }
                String id = new UUID(first, n).toString();
                byte[] start = ("{\"id\":\"" + id + "\",\"user_id\":" + (first + n)).getBytes(UTF_8);
                byte[] body = Arrays.copyOf(start, start.length + end.length);
                System.arraycopy(end, 0, body, start.length, end.length);
                sent.set((int) (n % REMEMBERED), due);
                channel.basicPublish(
                        exchange,
                        String.valueOf(sockets.userOf((int) (n % sockets.size()))),
                        properties.messageId(id).build(),
                        body);
                published.set(n + 1);
                due += interval;
            }
        } catch (IOException | TimeoutException brokerGone) {
            throw new IllegalStateException("The broker took no more events", brokerGone);
        }
    }

    @Override
    public void event(int index, ByteBuf packet, long now) {
        long number = Events.userId(packet) - first;
        if (number < 0 || number % sockets.size() != index) {
            foreign++;
            return;
        }
        if (number == newest[index]) {
            duplicated++;
            return;
        }
        if (number < newest[index]) {
            outOfOrder++;
        }
        newest[index] = Math.max(newest[index], number);
        arrivedInAll.incrementAndGet();
        long sentAt = sent.get((int) (number % REMEMBERED));
        secondDeliveries.record(now - sentAt);
        if (window.contains(sentAt)) {
            deliveries.record(now - sentAt);
        }
        if (window.contains(now)) {
            arrivedInWindow++;
        }
    }

    private void watch(String name, Map<String, List<Double>> series, long from, long to) {
        LoadLoop loop = sockets.loop();
        Progress progress = new Progress(name);
        for (long second = from; second < to; second += 1_000_000_000L) {
            long end = Math.min(second + 1_000_000_000L, to);
            long before = arrivedInAll.get();
            Waits.until(end);
            double rate = (arrivedInAll.get() - before) / ((end - second) / 1e9);
            double[] now = loop.call(() -> {
                double[] values = {secondDeliveries.percentile(50), secondDeliveries.percentile(99)};
                secondDeliveries.reset();
                return values;
            });
            series.computeIfAbsent("arrived_per_second", key -> new ArrayList<>())
                    .add(rate);
            series.computeIfAbsent("delivery_p99_ms_per_second", key -> new ArrayList<>())
                    .add(now[1]);
            progress.print(
                    "%,7.0f events/s  p50 %.2f ms  p99 %.2f ms  %,d under way",
                    rate, now[0], now[1], published.get() - arrivedInAll.get());
        }
    }

    private Run result(String name, Map<String, List<Double>> series, Meter.Reading reading, int socketsLost) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("rate", arrivedInWindow / window.seconds());
        deliveries.into("delivery", values);
        values.put("published", (double) published.get());
        values.put("lost", (double) Math.max(0, published.get() - arrivedInAll.get()));
        values.put("duplicated", (double) duplicated);
        values.put("out_of_order", (double) outOfOrder);
        values.put("foreign", (double) foreign);
        values.put("sockets_lost", (double) socketsLost);
        series.put("delivery_curve_ms", deliveries.curve());
        return Run.of(
                name,
                Map.of(
                        "rate", settings.rate(),
                        "under_way", settings.underWay(),
                        "warm_up_seconds", settings.warmUp().toMillis() / 1e3,
                        "measured_seconds", settings.measure().toMillis() / 1e3,
                        "sockets", sockets.size()),
                values,
                series,
                reading,
                (double) arrivedInWindow);
    }
}
