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
import java.util.concurrent.TimeoutException;
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
 * <p>It tries twice and then drops the message: a malformed message must not hold up valid ones.
 */
final class InvalidEvents {

    private static final int ATTEMPTS = 2;
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(InvalidEvents.class);

    private final RabbitTemplate template;
    private final String queue;
    private final String nodeId;
    private final int maxBodyBytes;
    private final Runnable declareTopology;
    private final MeterRegistry meters;
    private final DefaultMessagePropertiesConverter converter = new DefaultMessagePropertiesConverter();

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
    }

    void park(Message message, EventMessages.Reason reason) {
        MessageProperties properties = message.getMessageProperties();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                publish(message, reason);
                parked(reason).increment();
                log.warn(
                        "event=parked reason=\"{}\" routing_key={} bytes={}",
                        reason.text(),
                        printable(properties.getReceivedRoutingKey()),
                        message.getBody().length);
                return;
            } catch (RuntimeException failure) {
                if (attempt == ATTEMPTS) {
                    notParked().increment();
                    log.error(
                            "event=not_parked reason=\"{}\" routing_key={} bytes={}: the message is lost",
                            reason.text(),
                            printable(properties.getReceivedRoutingKey()),
                            message.getBody().length,
                            failure);
                } else {
                    declareQuietly();
                }
            }
        }
    }

    private void publish(Message message, EventMessages.Reason reason) {
        MessageProperties properties = message.getMessageProperties();
        byte[] body = message.getBody();
        Map<String, Object> headers = new HashMap<>(properties.getHeaders());
        headers.put("reason", reason.text());
        headers.put("node", nodeId);
        headers.put("original-exchange", text(properties.getReceivedExchange()));
        headers.put("original-routing-key", text(properties.getReceivedRoutingKey()));
        if (body.length > maxBodyBytes) {
            headers.put("original-length", body.length);
            body = Arrays.copyOf(body, maxBodyBytes);
        }
        byte[] parked = body;
        BasicProperties converted = converter
                .fromMessageProperties(properties, StandardCharsets.UTF_8.name())
                .builder()
                .headers(headers)
                .expiration(null)
                .deliveryMode(2)
                .build();
        Boolean confirmed = template.execute(channel -> publish(channel, converted, parked));
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
                .description("Messages that are no events, by what is wrong with them")
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
