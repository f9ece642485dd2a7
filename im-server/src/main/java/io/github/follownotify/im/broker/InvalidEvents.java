package io.github.follownotify.im.broker;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.support.DefaultMessagePropertiesConverter;

/**
 * Parks malformed messages, with the reason, in a queue where an operator can inspect them.
 *
 * <p>On a thread of its own and from a bounded queue, so that a flood of them never holds up the events behind it: what
 * finds the queue full is counted and dropped. It tries twice and then gives up. Bodies are cut before they are kept,
 * and one line in the log stands for many messages.
 */
final class InvalidEvents implements AutoCloseable {

    private static final int ATTEMPTS = 2;
    private static final int MOST_WAITING = 256;
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(2);
    private static final long PAUSE_BETWEEN_WARNINGS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger log = LoggerFactory.getLogger(InvalidEvents.class);

    private final RabbitTemplate template;
    private final String queue;
    private final String nodeId;
    private final int maxBodyBytes;
    private final Runnable declareTopology;
    private final MeterRegistry meters;
    private final DefaultMessagePropertiesConverter converter = new DefaultMessagePropertiesConverter();
    private final ThreadPoolExecutor parking;
    private final AtomicLong sinceWarning = new AtomicLong();
    private final AtomicLong warnedAtNanos = new AtomicLong(System.nanoTime() - PAUSE_BETWEEN_WARNINGS_NANOS);

    InvalidEvents(
            RabbitTemplate template,
            EventSettings settings,
            String nodeId,
            Runnable declareTopology,
            MeterRegistry meters) {
        this.template = template;
        this.queue = settings.invalidQueue();
        this.nodeId = nodeId;
        this.maxBodyBytes = (int) settings.maxBody().toBytes();
        this.declareTopology = declareTopology;
        this.meters = meters;
        for (EventMessages.Reason reason : EventMessages.Reason.values()) {
            parked(reason);
        }
        notParked();
        this.parking =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "im-parking");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Takes the message over, or counts it as dropped when too many wait already. */
    void park(Message message, EventMessages.Reason reason) {
        Message kept = cut(message);
        int bytes = message.getBody().length;
        try {
            parking.execute(() -> parkNow(kept, bytes, reason));
        } catch (RejectedExecutionException tooMany) {
            notParked().increment();
            warn("not_parked", kept, bytes, reason, null);
        }
    }

    @Override
    public void close() {
        parking.shutdownNow();
    }

    private void parkNow(Message message, int bytes, EventMessages.Reason reason) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                publish(message, bytes, reason);
                parked(reason).increment();
                warn("parked", message, bytes, reason, null);
                return;
            } catch (RuntimeException failure) {
                if (attempt == ATTEMPTS) {
                    notParked().increment();
                    warn("not_parked", message, bytes, reason, failure);
                } else {
                    declareQuietly();
                }
            }
        }
    }

    /** One line for many: the counters tell how many. */
    private void warn(
            String event, Message message, int bytes, EventMessages.Reason reason, @Nullable RuntimeException failure) {
        long count = sinceWarning.incrementAndGet();
        long warnedAt = warnedAtNanos.get();
        long now = System.nanoTime();
        if (now - warnedAt >= PAUSE_BETWEEN_WARNINGS_NANOS && warnedAtNanos.compareAndSet(warnedAt, now)) {
            sinceWarning.addAndGet(-count);
            log.warn(
                    "event={} count={} reason=\"{}\" routing_key={} bytes={} cause=\"{}\"",
                    event,
                    count,
                    reason.text(),
                    printable(message.getMessageProperties().getReceivedRoutingKey()),
                    bytes,
                    failure == null ? "" : failure.toString());
        }
    }

    private Message cut(Message message) {
        byte[] body = message.getBody();
        return body.length <= maxBodyBytes
                ? message
                : new Message(Arrays.copyOf(body, maxBodyBytes), message.getMessageProperties());
    }

    private void publish(Message message, int bytes, EventMessages.Reason reason) {
        MessageProperties properties = message.getMessageProperties();
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.put("reason", reason.text());
        headers.put("node", nodeId);
        headers.put("original-exchange", text(properties.getReceivedExchange()));
        headers.put("original-routing-key", text(properties.getReceivedRoutingKey()));
        if (bytes > message.getBody().length) {
            headers.put("original-length", bytes);
        }
        BasicProperties converted = converter
                .fromMessageProperties(properties, StandardCharsets.UTF_8.name())
                .builder()
                .headers(headers)
                .expiration(null)
                .deliveryMode(2)
                .build();
        Boolean confirmed = template.execute(channel -> publish(channel, converted, message.getBody()));
        if (!Boolean.TRUE.equals(confirmed)) {
            throw new AmqpException("the broker refused the message");
        }
    }

    private boolean publish(Channel channel, BasicProperties properties, byte[] body)
            throws IOException, TimeoutException {
        // The broker also confirms a message that no queue takes: without this line it would be lost but counted as
        // parked.
        channel.queueDeclarePassive(queue);
        channel.confirmSelect();
        channel.basicPublish("", queue, properties, body);
        try {
            return channel.waitForConfirms(CONFIRM_TIMEOUT.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void declareQuietly() {
        try {
            declareTopology.run();
        } catch (RuntimeException unreachable) {
            log.debug("event=declaration_failed", unreachable);
        }
    }

    private Counter parked(EventMessages.Reason reason) {
        return Counter.builder("im.events.parked")
                .description("Malformed messages that were parked, by what is wrong with them")
                .tag("reason", reason.tag())
                .register(meters);
    }

    private Counter notParked() {
        return Counter.builder("im.events.dropped")
                .description("Events that were not delivered, or not again")
                .tag("reason", "not_parked")
                .register(meters);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** A routing key is untrusted input: what is logged must be one short line. */
    private static String printable(@Nullable String routingKey) {
        String text = text(routingKey).replaceAll("[^ -~]", "?");
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
