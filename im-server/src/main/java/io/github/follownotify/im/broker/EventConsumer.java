package io.github.follownotify.im.broker;

import io.github.follownotify.im.sequence.EventSequence;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageListener;

/**
 * Handles the broker's messages, one after the other.
 *
 * <p>It never throws: a message that was handed over is acknowledged, and a malformed one is parked and acknowledged,
 * so that none is redelivered forever.
 */
final class EventConsumer implements MessageListener {

    private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

    private final EventMessages messages;
    private final EventSequence sequence;
    private final InvalidEvents invalidEvents;
    private final Counter received;

    private volatile long heardAtNanos = System.nanoTime();

    EventConsumer(EventMessages messages, EventSequence sequence, InvalidEvents invalidEvents, MeterRegistry meters) {
        this.messages = messages;
        this.sequence = sequence;
        this.invalidEvents = invalidEvents;
        this.received = Counter.builder("im.events.received")
                .description("Events that the broker brought to this node")
                .register(meters);
    }

    @Override
    public void onMessage(Message message) {
        heardAtNanos = System.nanoTime();
        try {
            EventMessages.Content content = messages.read(message);
            if (content instanceof EventMessages.Event event) {
                received.increment();
                sequence.onEvent(event.event());
            } else if (content instanceof EventMessages.Heartbeat heartbeat) {
                sequence.onHeartbeat(heartbeat.head(), heartbeat.overdue());
            } else if (content instanceof EventMessages.Invalid invalid) {
                invalidEvents.park(message, invalid.reason());
            }
        } catch (RuntimeException failure) {
            log.error("event=message_failed", failure);
        }
    }

    /** Time since the last message of any kind. */
    long silenceNanos() {
        return System.nanoTime() - heardAtNanos;
    }
}
