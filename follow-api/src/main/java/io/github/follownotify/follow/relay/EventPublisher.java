package io.github.follownotify.follow.relay;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitOperations;

/** The relay's side of the broker: sends events in order on one channel and waits for the broker to take them over. */
class EventPublisher {

    static final String HEARTBEAT = "log head";
    static final String HEARTBEAT_ROUTING_KEY = "log.head";

    private final RabbitOperations broker;
    private final AmqpAdmin admin;
    private final TopicExchange exchange;
    private final RelaySettings settings;
    private final FailPoints failPoints;

    EventPublisher(
            RabbitOperations broker,
            AmqpAdmin admin,
            TopicExchange exchange,
            RelaySettings settings,
            FailPoints failPoints) {
        this.broker = broker;
        this.admin = admin;
        this.exchange = exchange;
        this.settings = settings;
        this.failPoints = failPoints;
    }

    /** @throws PublishingFailedException when not every event was confirmed; says how many were, without a gap */
    void publish(List<WaitingEvent> events) {
        List<CorrelationData> confirms = new ArrayList<>(events.size());
        try {
            broker.invoke(channel -> {
                for (WaitingEvent event : events) {
                    // With an id Spring would add a header of its own to the message.
                    CorrelationData confirm = new CorrelationData("");
                    channel.send(exchange.getName(), Long.toString(event.recipientId()), message(event), confirm);
                    confirms.add(confirm);
                    if (confirms.size() == 1) {
                        failPoints.reached(FailPoint.AFTER_PUBLISH);
                    }
                }
                failPoints.reached(FailPoint.BEFORE_CONFIRM);
                await(confirms);
                return confirms.size();
            });
        } catch (AmqpException unreachable) {
            throw new PublishingFailedException("broker", 0, unreachable);
        }
    }

    /**
     * Tells the nodes how far the log goes. Not confirmed: the next one follows in seconds.
     *
     * @param overdueSeq last number that should have been confirmed long ago; nodes read on in the log up to it
     */
    void publishHeartbeat(RelayLog.Head head, long overdueSeq) {
        Message heartbeat = MessageBuilder.withBody("{}".getBytes(StandardCharsets.UTF_8))
                .setType(HEARTBEAT)
                .setContentType(MessageProperties.CONTENT_TYPE_JSON)
                .setDeliveryMode(MessageDeliveryMode.NON_PERSISTENT)
                .setHeader("seq", head.confirmedSeq())
                .setHeader("overdue_seq", Math.max(head.confirmedSeq(), overdueSeq))
                .setHeader("oldest_seq", head.oldestSeq())
                .build();
        try {
            broker.send(exchange.getName(), HEARTBEAT_ROUTING_KEY, heartbeat);
        } catch (AmqpException unreachable) {
            throw new PublishingFailedException("broker", 0, unreachable);
        }
    }

    /** Declares the exchange, which may have been deleted while the connection stayed open. */
    void declareExchange() {
        try {
            admin.declareExchange(exchange);
        } catch (AmqpException unreachable) {
            throw new PublishingFailedException("broker", 0, unreachable);
        }
    }

    private void await(List<CorrelationData> confirms) {
        long deadline = System.nanoTime() + settings.confirmTimeout().toNanos();
        int confirmed = 0;
        for (CorrelationData confirm : confirms) {
            try {
                CorrelationData.Confirm answer =
                        confirm.getFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (!answer.ack()) {
                    throw new PublishingFailedException(
                            "nack", confirmed, new AmqpException("the broker refused: " + answer.reason()));
                }
                confirmed++;
            } catch (TimeoutException late) {
                throw new PublishingFailedException(
                        "confirm-timeout",
                        confirmed,
                        new AmqpException(
                                "no confirm within " + settings.confirmTimeout().toMillis() + " ms", late));
            } catch (ExecutionException failed) {
                throw new PublishingFailedException("broker", confirmed, failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new PublishingFailedException("interrupted", confirmed, stopped);
            }
        }
    }

    private static Message message(WaitingEvent event) {
        MessageProperties properties = new MessageProperties();
        properties.setType(event.event());
        properties.setMessageId(event.eventId().toString());
        properties.setContentType(MessageProperties.CONTENT_TYPE_JSON);
        properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
        properties.setTimestamp(Date.from(Instant.ofEpochMilli(event.createdAt())));
        properties.setHeader("seq", event.seq());
        properties.setHeader("created_at", event.createdAt());
        if (event.traceparent() != null) {
            properties.setHeader("traceparent", event.traceparent());
        }
        return new Message(event.data().getBytes(StandardCharsets.UTF_8), properties);
    }
}
