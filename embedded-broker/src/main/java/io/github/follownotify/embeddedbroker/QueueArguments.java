package io.github.follownotify.embeddedbroker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.DeclarableCustomizer;
import org.springframework.amqp.core.Queue;

/**
 * Translates RabbitMQ's queue arguments to those of the embedded broker.
 *
 * <p>Declarations are customized again after every reconnect, so what is translated already is left as it is.
 */
class QueueArguments implements DeclarableCustomizer {

    private static final List<String> WITHOUT_COUNTERPART =
            List.of("x-queue-type", "x-overflow", "x-expires", "x-dead-letter-routing-key", "x-delivery-limit");

    @Override
    public Declarable apply(Declarable declarable) {
        if (declarable instanceof Queue queue) {
            translate(queue);
        }
        return declarable;
    }

    private static void translate(Queue queue) {
        // One attempt makes a reject without requeue final, as in RabbitMQ; here its default is to redeliver for ever.
        // A requeue and a lost connection keep the message all the same.
        queue.addArgument("x-qpid-maximum-delivery-count", 1);
        deadLettersGoToTheAlternate(queue);
        if (queue.removeArgument("x-max-length") instanceof Number length) {
            queue.addArgument("maximumQueueDepthMessages", length.longValue());
            queue.addArgument("overflowPolicy", "RING");
        }
        if (queue.removeArgument("x-max-length-bytes") instanceof Number bytes) {
            queue.addArgument("maximumQueueDepthBytes", bytes.longValue());
            queue.addArgument("overflowPolicy", "RING");
        }
        if (queue.removeArgument("x-message-ttl") instanceof Number milliseconds) {
            queue.addArgument("maximumMessageTtl", milliseconds.longValue());
        }
        if (queue.removeArgument("x-max-priority") instanceof Number highest) {
            queue.addArgument("x-qpid-priorities", highest.intValue() + 1);
        }
        WITHOUT_COUNTERPART.forEach(queue::removeArgument);
    }

    private static void deadLettersGoToTheAlternate(Queue queue) {
        Map<String, @Nullable Object> arguments = queue.getArguments();
        if (queue.removeArgument("x-dead-letter-exchange") instanceof String exchange) {
            Object destination = exchange.isEmpty() ? arguments.get("x-dead-letter-routing-key") : exchange;
            queue.addArgument("alternateBinding", "{\"destination\": \"" + destination + "\"}");
            queue.addArgument("expiryPolicy", "ROUTE_TO_ALTERNATE");
        }
    }
}
