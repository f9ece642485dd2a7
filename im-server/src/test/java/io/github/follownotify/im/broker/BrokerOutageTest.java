package io.github.follownotify.im.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.TestServices;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** A broker that is away, cut off, frozen, or restarted without what it knew. */
class BrokerOutageTest extends NodeOnABroker {

    @Test
    void startsWithoutTheBrokerAndRecoversByItself() {
        network.cut();
        followApi.hold();
        Node node = launchNode("im.events.start-wait=100ms");
        assertThat(node.health()).isEqualTo(Status.OUT_OF_SERVICE);

        followApi.release();
        network.restore();

        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(3);
        node.awaitDelivered(1, 3);
    }

    @Test
    void deliversByReadingTheLogWhileTheBrokerIsAway() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        network.cut();
        await().atMost(PATIENCE).until(() -> !node.consumes());
        for (int head = 5; head <= 20; head += 5) {
            followApi.writeUpTo(head, 42);
            node.awaitDelivered(1, head);
        }

        assertThat(node.health()).as("its clients miss nothing").isEqualTo(Status.UP);
    }

    @Test
    void isNotReadyWithoutBrokerAndLog() {
        Node node = startNode();
        publishUpTo(2);
        node.awaitDelivered(1, 2);

        followApi.close();
        network.cut();

        await().atMost(PATIENCE).until(() -> node.health().equals(Status.OUT_OF_SERVICE));
    }

    @Test
    void losesAndRepeatsNothingWhenTheConnectionIsCutAgainAndAgain() {
        Node node = startNode();

        for (int round = 1; round <= 5; round++) {
            publishUpTo(round * 100L);
            network.cutOnce();
        }

        publishUpTo(501);
        node.awaitDelivered(1, 501);
    }

    @Test
    void noticesAConnectionThatIsDeadButOpen() {
        Node node = startNode("im.events.heartbeat=300ms", "spring.rabbitmq.requested-heartbeat=1s");
        publishUpTo(1);
        node.awaitDelivered(1, 1);

        network.stall();
        publishUpTo(3);
        node.awaitDelivered(1, 3);
        network.restore();

        await().atMost(PATIENCE).until(() -> node.health().equals(Status.UP));
        publishUpTo(4);
        node.awaitDelivered(1, 4);
    }

    @Test
    void healsWhenTheBrokerWasRestartedAndHasForgottenEverything() {
        Node node = startNode();
        publishUpTo(3);
        node.awaitDelivered(1, 3);

        TestServices.stopBroker();
        try {
            followApi.writeUpTo(10, 42);
            await().atMost(PATIENCE).until(() -> !node.consumes());
        } finally {
            TestServices.startBroker();
        }

        node.awaitDelivered(1, 10);
        await().atMost(PATIENCE).until(node::consumes);
        publishUpTo(12);
        node.awaitDelivered(1, 12);
    }

    @Test
    void stopsWithinSecondsWhileNothingAnswers() {
        network.cut();
        followApi.hold();
        Node node = launchNode("im.events.start-wait=100ms");

        long before = System.nanoTime();
        node.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        followApi.release();
    }
}
