package io.github.follownotify.im.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** A node whose follow-api does not answer. */
class FollowApiOutageTest extends NodeOnABroker {

    @Test
    void deliversLiveWithoutFollowApi() {
        Node node = startNode("im.log.follow-api-url=http://127.0.0.1:1");

        publishUpTo(3);

        node.awaitDelivered(1, 3);
        assertThat(node.health()).isEqualTo(Status.UP);
    }

    @Test
    void waitsInAGapWithoutFollowApiUntilTheRelayPublishesAgain() {
        Node node = startNode("im.log.follow-api-url=http://127.0.0.1:1");
        publishUpTo(1);
        followApi.writeUpTo(2, 42);
        publishUpTo(4);
        await().atMost(PATIENCE).until(() -> node.health().equals(Status.OUT_OF_SERVICE));
        assertThat(node.seqs()).containsExactly(1L);

        publish(followApi.event(2));
        publish(followApi.event(3));
        publish(followApi.event(4));

        node.awaitDelivered(1, 4);
        assertThat(node.health()).isEqualTo(Status.UP);
    }
}
