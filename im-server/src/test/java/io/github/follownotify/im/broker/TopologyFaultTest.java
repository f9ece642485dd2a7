package io.github.follownotify.im.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.RealBrokerTest;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.DirectExchange;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.core.TopicExchange;

/** Queues, bindings and exchanges that somebody deleted or declared otherwise. */
class TopologyFaultTest extends NodeOnABroker {

    @RealBrokerTest
    @Test
    void declaresItsQueueAgainWhenSomebodyDeletesIt() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteQueue(queue);
        publishUpTo(10);

        node.awaitDelivered(1, 10);
        awaitBrokerPathWorks(node);
    }

    @Test
    void healsByItselfWhenSomebodyDeletesItsQueueAndTheBrokerSaysNothing() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteQueue(queue);
        publishUpTo(10);

        node.awaitDelivered(1, 10);
        awaitBrokerPathWorks(node);
    }

    @Test
    void noticesBySilenceThatSomebodyDeletedItsBinding() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        template.execute(channel -> channel.queueUnbind(queue, exchange, "#"));
        publishUpTo(5);

        node.awaitDelivered(1, 5);
        awaitBrokerPathWorks(node);
    }

    @Test
    void noticesBySilenceThatSomebodyDeletedTheExchange() {
        Node node = startNode("im.events.heartbeat=200ms");
        beat();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteExchange(exchange);
        followApi.writeUpTo(5, 42);

        node.awaitDelivered(1, 5);
        awaitBrokerPathWorks(node);
    }

    @Test
    void readsTheLogLongBeforeTheSilenceIsCertain() {
        Node node = startNode("im.events.heartbeat=4s");
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        admin.deleteExchange(exchange);
        followApi.writeUpTo(5, 42);

        node.awaitDelivered(1, 5);
        assertThatThrownBy(() -> template.execute(channel -> channel.exchangeDeclarePassive(exchange)))
                .as("the node would have declared it again")
                .isInstanceOf(AmqpException.class);
    }

    @Test
    void usesAQueueThatAnEarlierVersionDeclaredOtherwise() {
        admin.declareExchange(new TopicExchange(exchange));
        admin.declareQueue(QueueBuilder.durable(queue).build());

        Node node = startNode();
        publishUpTo(3);

        node.awaitDelivered(1, 3);
    }

    @RealBrokerTest
    @Test
    void recoversWhenAnExchangeOfAnotherTypeIsRemoved() {
        admin.declareExchange(new DirectExchange(exchange));
        Node node = launchNode("im.events.heartbeat=200ms");
        publishUpTo(2);
        assertThat(node.consumes()).isFalse();

        admin.deleteExchange(exchange);

        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(4);
        node.awaitDelivered(1, 4);
    }
}
