package io.github.follownotify.bench.growth;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Waits;
import io.github.follownotify.bench.machine.Meter;
import io.github.follownotify.bench.report.Chart;
import io.github.follownotify.bench.targets.Installation;
import io.github.follownotify.bench.targets.Launch;
import io.github.follownotify.bench.targets.Servers;
import io.github.follownotify.bench.targets.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The broker is away while so many follows are accepted; it comes back, and the backlog is published to it. */
record BacklogSeries(List<Integer> sizes, Pace pace) implements Series {

    private static final int FOLLOWED_USERS = 1000;
    private static final Duration STEP = Duration.ofSeconds(2);
    private static final long LONGEST_MILLIS = 600_000;

    @Override
    public String name() {
        return "backlog";
    }

    @Override
    public Outcome measure(Target target, Servers servers, Launch launch) {
        if (!servers.ownBroker()) {
            throw new IllegalArgumentException("the backlog needs a broker that may be stopped: name no servers");
        }
        List<Run> points = new ArrayList<>();
        try (Installation installation = Installation.start(target, servers, 1, launch);
                Loads loads = new Loads(installation, FOLLOWED_USERS)) {
            loads.follow("warm-up", 0, pace.connections(), pace.warmUp(), pace.measure());
            String queue = installation.exchange() + ".backlog";
            bind(servers, installation.exchange(), queue);
            for (int size : sizes) {
                points.add(drain(servers, loads, queue, size));
            }
            delete(servers, queue);
        }
        double[] x = points.stream().mapToDouble(run -> run.value("backlog")).toArray();
        double[] seconds =
                points.stream().mapToDouble(run -> run.value("seconds")).toArray();
        double rate = points.get(points.size() - 1).value("rate");
        Chart chart = new Chart("A backlog published after an outage of the broker", "notifications", "seconds")
                .line("until the last one", x, seconds);
        String sentence = String.format(
                Locale.ROOT,
                "**Backlog**: %,.0f follows accepted while the broker was away were all published %.1f s after it was back, at %,.0f/s.",
                x[x.length - 1],
                seconds[seconds.length - 1],
                rate);
        return new Outcome("Seconds to publish a backlog", chart, sentence, points);
    }

    private Run drain(Servers servers, Loads loads, String queue, int size) {
        servers.brokerControl("stop_app");
        long accepted = 0;
        while (accepted < size) {
            Run run = loads.follow("away", 0, pace.connections(), Duration.ZERO, STEP);
            if (run.value("accepted") == 0) {
                throw new IllegalStateException("no follow is accepted while the broker is away");
            }
            accepted += (long) run.value("accepted");
        }
        long backlog = accepted;
        servers.brokerControl("start_app");
        Meter meter = loads.meter();
        meter.start();
        long back = System.nanoTime();
        Published published = new Published();
        try (Connection connection = servers.connectToBroker();
                Channel channel = connection.createChannel()) {
            channel.basicConsume(queue, true, published.consumer(channel));
            if (!Waits.await(() -> published.count() >= backlog, LONGEST_MILLIS)) {
                System.out.printf("  only %,d of %,d were published%n", published.count(), backlog);
            }
        } catch (IOException | TimeoutException brokerGone) {
            throw new IllegalStateException(brokerGone);
        }
        double seconds = (published.lastAt() - back) / 1e9;
        double draining = Math.max(1e-3, (published.lastAt() - published.firstAt()) / 1e9);
        System.out.printf("  %,d published %.1f s after the broker was back%n", published.count(), seconds);
        return Run.of(
                "backlog-" + size,
                Map.of("backlog", size),
                Map.of(
                        "backlog",
                        (double) backlog,
                        "seconds",
                        seconds,
                        "rate",
                        published.count() / draining,
                        "missing",
                        (double) (backlog - published.count())),
                Map.<String, List<Double>>of(),
                meter.read(),
                (double) backlog);
    }

    private static void bind(Servers servers, String exchange, String queue) {
        try (Connection connection = servers.connectToBroker();
                Channel channel = connection.createChannel()) {
            channel.queueDeclare(queue, true, false, false, null);
            channel.queueBind(queue, exchange, "#");
            // What was published until now is nobody's backlog.
            Waits.pause(1000);
            channel.queuePurge(queue);
        } catch (IOException | TimeoutException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static void delete(Servers servers, String queue) {
        try (Connection connection = servers.connectToBroker();
                Channel channel = connection.createChannel()) {
            channel.queueDelete(queue);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (TimeoutException slow) {
            throw new IllegalStateException(slow);
        }
    }

    /** Events by their {@code seq}: one that is published again counts once. */
    private static final class Published {

        private final BitSet seen = new BitSet();
        private long firstAt;
        private long lastAt;

        DefaultConsumer consumer(Channel channel) {
            return new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                    if ("following notify".equals(properties.getType())
                            && properties.getHeaders() != null
                            && properties.getHeaders().get("seq") instanceof Number seq) {
                        add(seq.intValue());
                    }
                }
            };
        }

        private synchronized void add(int seq) {
            if (!seen.get(seq)) {
                seen.set(seq);
                lastAt = System.nanoTime();
                firstAt = firstAt == 0 ? lastAt : firstAt;
            }
        }

        synchronized int count() {
            return seen.cardinality();
        }

        synchronized long firstAt() {
            return firstAt;
        }

        synchronized long lastAt() {
            return lastAt;
        }
    }
}
