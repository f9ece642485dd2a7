package io.github.follownotify.embeddedbroker;

import org.springframework.amqp.core.DeclarableCustomizer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/** Lets an application declare RabbitMQ queues on an {@link EmbeddedBroker}. */
@AutoConfiguration
@ConditionalOnBooleanProperty("follow-notify.embedded-broker")
class EmbeddedBrokerAutoConfiguration {

    @Bean
    DeclarableCustomizer embeddedBrokerQueueArguments() {
        return new QueueArguments();
    }
}
