package io.github.follownotify.im.broker;

import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.sequence.CatchUp;
import io.github.follownotify.im.sequence.EventSequence;
import io.github.follownotify.im.sequence.WindowRefill;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.support.ConditionalExceptionLogger;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.backoff.ExponentialBackOff;

/** Beans that consume events from the broker. */
@Configuration(proxyBeanMethods = false)
class EventConfiguration {

    private static final Logger log = LoggerFactory.getLogger(EventConfiguration.class);

    @Bean
    InvalidEvents invalidEvents(
            ConnectionFactory connections,
            EventSettings settings,
            NodeSettings node,
            AmqpAdmin admin,
            MeterRegistry meters) {
        RabbitTemplate template = new RabbitTemplate(connections);
        // A broker short of memory blocks publishing connections, so consuming has a connection of its own.
        template.setUsePublisherConnection(true);
        return new InvalidEvents(template, settings, node.nodeId(), admin::initialize, meters);
    }

    @Bean
    EventConsumer eventConsumer(
            EventSettings settings, EventSequence sequence, InvalidEvents invalidEvents, MeterRegistry meters) {
        EventMessages messages = new EventMessages(settings.maxBody().toBytes());
        return new EventConsumer(messages, sequence, invalidEvents, meters);
    }

    @Bean
    SimpleMessageListenerContainer eventContainer(
            ConnectionFactory connections,
            Queue nodeQueue,
            EventConsumer consumer,
            EventSettings settings,
            AmqpAdmin admin) {
        SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(connections);
        container.setQueues(nodeQueue);
        container.setMessageListener(consumer);
        container.setAmqpAdmin(admin);
        // EventFeed starts it.
        container.setAutoStartup(false);
        container.setExclusive(true);
        container.setExclusiveConsumerExceptionLogger(new SharedNodeId(nodeQueue.getName()));
        container.setPrefetchCount(settings.prefetch());
        // Acknowledged in groups: redeliveries after a crash are recognised by their seq.
        container.setBatchSize(Math.max(1, settings.prefetch() / 4));
        container.setReceiveTimeout(Duration.ofMillis(500).toMillis());
        container.setMissingQueuesFatal(false);
        container.setMismatchedQueuesFatal(false);
        container.setPossibleAuthenticationFailureFatal(false);
        container.setDeclarationRetries(1);
        container.setFailedDeclarationRetryInterval(Duration.ofSeconds(1).toMillis());
        container.setShutdownTimeout(Duration.ofSeconds(5).toMillis());
        ExponentialBackOff pauses = new ExponentialBackOff(200, 1.5);
        pauses.setMaxInterval(Duration.ofSeconds(2).toMillis());
        container.setRecoveryBackOff(pauses);
        return container;
    }

    @Bean
    EventFeed eventFeed(
            EventSettings settings,
            LogSettings logSettings,
            EventConsumer consumer,
            EventSequence sequence,
            CatchUp catchUp,
            WindowRefill refill,
            RecentEvents window,
            SimpleMessageListenerContainer eventContainer,
            AmqpAdmin admin) {
        return new EventFeed(
                settings,
                logSettings.pollInterval(),
                consumer,
                sequence,
                catchUp,
                refill,
                window,
                eventContainer,
                admin);
    }

    @Bean
    EventsHealthIndicator eventsHealthIndicator(EventFeed feed, CatchUp catchUp, EventSequence sequence) {
        return new EventsHealthIndicator(feed, catchUp, sequence);
    }

    /** Logs the cause once a minute, where the container would log a stack trace for every attempt, or nothing. */
    private static final class SharedNodeId implements ConditionalExceptionLogger {

        private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

        private final String queue;
        private final AtomicLong saidAtNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

        SharedNodeId(String queue) {
            this.queue = queue;
        }

        @Override
        public void log(Log container, String message, @Nullable Throwable refused) {
            long saidAt = saidAtNanos.get();
            long now = System.nanoTime();
            if (now - saidAt >= PAUSE_NANOS && saidAtNanos.compareAndSet(saidAt, now)) {
                log.error(
                        "event=node_id_in_use queue={}: another process consumes this queue. Either it is about to stop, "
                                + "then this one takes over, or two nodes have the same im.node-id: give each its own",
                        queue);
            }
        }
    }
}
