package io.github.follownotify.im.bridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpTemplate;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageProperties;

/**
 * Puts messages that cannot be understood where somebody can look at them, off the thread that reads. Whoever floods
 * the channel with them fills a short queue and a counter.
 */
final class ParkedMessages implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ParkedMessages.class);

    private static final int WAITING = 32;
    private static final int KEPT_BYTES = 64 * 1024;
    private static final long LOG_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final AmqpTemplate broker;
    private final String queue;
    private final Map<Reason, Counter> parked = new EnumMap<>(Reason.class);
    private final Counter dropped;
    private final ThreadPoolExecutor parking;

    private final Map<Reason, Long> loggedAtNanos = new EnumMap<>(Reason.class);

    ParkedMessages(AmqpTemplate broker, String queue, MeterRegistry meters) {
        this.broker = broker;
        this.queue = queue;
        for (Reason reason : Reason.values()) {
            if (reason.isParked()) {
                parked.put(
                        reason,
                        Counter.builder("im.bridge.parked")
                                .description("Messages of python-socketio that cannot be understood")
                                .tag("reason", reason.tag())
                                .register(meters));
            }
        }
        this.dropped = Counter.builder("im.bridge.not.parked")
                .description("Messages of python-socketio that cannot be understood and are not kept either")
                .register(meters);
        this.parking = new ThreadPoolExecutor(
                0,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> {
                    Thread thread = new Thread(task, "bridge-parking");
                    thread.setDaemon(true);
                    return thread;
                },
                (task, executor) -> dropped.increment());
    }

    void park(byte[] message, Reason reason, String source) {
        Counter counter = parked.get(reason);
        if (counter != null) {
            counter.increment();
        }
        logNowAndThen(message.length, reason, source);
        Message copy = MessageBuilder.withBody(Arrays.copyOf(message, Math.min(message.length, KEPT_BYTES)))
                .setContentType(MessageProperties.CONTENT_TYPE_BYTES)
                .setHeader("reason", reason.tag())
                .setHeader("source", source)
                .setHeader("original-length", message.length)
                .build();
        parking.execute(() -> send(copy));
    }

    @Override
    public void close() {
        parking.shutdown();
    }

    private void send(Message copy) {
        try {
            broker.send("", queue, copy);
        } catch (AmqpException unreachable) {
            dropped.increment();
            log.debug("event=bridge_message_not_parked", unreachable);
        }
    }

    private synchronized void logNowAndThen(int bytes, Reason reason, String source) {
        long now = System.nanoTime();
        Long loggedAt = loggedAtNanos.get(reason);
        if (loggedAt == null || now - loggedAt >= LOG_PAUSE_NANOS) {
            loggedAtNanos.put(reason, now);
            log.warn(
                    "event=bridge_message_parked reason={} source={} bytes={}: more of this kind within a minute are counted"
                            + " and not logged",
                    reason.tag(),
                    source,
                    bytes);
        }
    }
}
