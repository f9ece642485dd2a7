package io.github.follownotify.follow.relay;

import static io.github.follownotify.follow.relay.RelayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.relay.RelayFixture.Received;
import io.github.follownotify.follow.relay.RelayFixture.Replica;
import io.github.follownotify.testservices.RealBrokerTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay and a broker that answers: it does not take an event, or has nobody to give it to. */
class RefusedEventTest {

    @AutoClose
    private RelayFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RelayFixture();
    }

    /** One queue that is full is enough for a nack, and the relay can't know whose it is. */
    @Test
    @RealBrokerTest
    void refusedEventsWaitAndFollowInOrderWhenThereIsRoom() throws Exception {
        String small = fixture.declareSmallQueue(3, 42);
        Replica replica = fixture.replica("only").start();
        eventually().until(() -> !fixture.heartbeats.isEmpty());

        replica.commit(3, 42);
        eventually().until(() -> fixture.confirmedSeq() == 3);
        long start = System.nanoTime();
        replica.commit(7, 42);
        eventually().until(() -> timesPublished(10) >= 4);
        Duration untilFourth = Duration.ofNanos(System.nanoTime() - start);

        assertThat(replica.failures("nack")).isPositive();
        assertThat(untilFourth).as("three pauses").isGreaterThan(Duration.ofMillis(100));
        assertThat(fixture.confirmedSeq()).isEqualTo(3);
        assertThat(fixture.table("observer", 1).backlog().waiting()).isEqualTo(7);

        List<Received> taken = new CopyOnWriteArrayList<>();
        fixture.consume(small, taken);

        eventually().until(() -> fixture.confirmedSeq() == 10);
        List<Long> all = LongStream.rangeClosed(1, 10).boxed().toList();
        eventually()
                .untilAsserted(() -> assertThat(taken).extracting(Received::seq).containsAll(all));
        assertThat(fixture.seqsWithoutRepeats()).isEqualTo(all);
        assertThat(fixture.seqs()).as("confirmed, so sent once").containsOnlyOnce(1L, 2L, 3L);
        assertThat(replica.failures("broker")).as("connections lost").isZero();
    }

    @Test
    void eventThatNoQueueTakesIsConfirmedAndStaysInTheLog() throws Exception {
        Replica replica = fixture.replica("only").start();
        eventually().until(() -> !fixture.heartbeats.isEmpty());
        fixture.listen(false);

        replica.commit(3, 42);
        eventually().until(() -> fixture.confirmedSeq() == 3);
        fixture.listen(true);
        replica.commit(1, 42);

        eventually().until(() -> !fixture.received.isEmpty());
        assertThat(fixture.seqs()).as("a node that comes later").containsExactly(4L);
        assertThat(fixture.sql
                        .sql("SELECT seq FROM notification ORDER BY seq")
                        .query(Long.class)
                        .list())
                .as("what it reads in the log")
                .containsExactly(1L, 2L, 3L, 4L);
        assertThat(replica.metrics.find("follow.relay.failures").counters()).allMatch(counter -> counter.count() == 0);
    }

    /** The listener's own queue takes every event, each time. */
    private long timesPublished(long seq) {
        return fixture.seqs().stream().filter(published -> published == seq).count();
    }
}
