package io.github.follownotify.im.broker;

import org.springframework.amqp.core.Binding;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What this node needs in the broker. Spring declares it with every new connection, when the consumer finds its queue
 * missing, and when the broker is silent.
 */
@Configuration(proxyBeanMethods = false)
class EventTopology {

    @Bean
    TopicExchange eventsExchange(EventSettings settings) {
        return new TopicExchange(settings.exchange());
    }

    /**
     * Durable, so that a node misses nothing while the broker restarts; expiring, so that a dead node costs nothing.
     */
    @Bean
    Queue nodeQueue(EventSettings settings, NodeSettings node) {
        Queue queue = QueueBuilder.durable("im.node." + node.nodeId())
                .expires((int) settings.queueExpires().toMillis())
                .maxLength((long) settings.queueMaxLength())
                .maxLengthBytes((int) settings.queueMaxBytes().toBytes())
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        // A queue that an earlier version declared with other bounds is used as it is; it expires eventually.
        queue.setIgnoreDeclarationExceptions(true);
        return queue;
    }

    @Bean
    Binding nodeBinding(Queue nodeQueue, TopicExchange eventsExchange) {
        return BindingBuilder.bind(nodeQueue).to(eventsExchange).with("#");
    }

    @Bean
    Queue invalidQueue(EventSettings settings) {
        Queue queue = QueueBuilder.durable(settings.invalidQueue())
                .maxLength((long) settings.invalidMaxLength())
                .maxLengthBytes((int) settings.queueMaxBytes().toBytes())
                .overflow(QueueBuilder.Overflow.dropHead)
                .build();
        queue.setIgnoreDeclarationExceptions(true);
        return queue;
    }
}
