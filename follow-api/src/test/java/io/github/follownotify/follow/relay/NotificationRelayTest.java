package io.github.follownotify.follow.relay;

import static io.github.follownotify.follow.relay.RelayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.notification.EventsCommitted;
import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.relay.RelayFixture.Received;
import io.github.follownotify.follow.relay.RelayFixture.Replica;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.TestServices;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay between a real database and a real broker, and everything that can happen to them. */
class NotificationRelayTest {

    @AutoClose
    private RelayFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RelayFixture();
    }

    @Test
    void committedEventIsPublishedAtOnceAndConfirmed() {
        Replica replica = started("only");

        replica.commit(1, 42);

        eventually().until(() -> fixture.received.size() == 1);
        assertThat(fixture.received.get(0).routingKey()).isEqualTo("42");
        eventually().until(() -> fixture.confirmedSeq() == 1);
    }

    @Test
    void whatAnotherReplicaCommittedAndDidNotPublishIsPublishedAfterAWhile() {
        started("survivor");

        fixture.append(3, 42);

        eventually().until(() -> fixture.confirmedSeq() == 3);
        eventually().untilAsserted(() -> assertThat(fixture.seqs()).containsExactly(1L, 2L, 3L));
    }

    @Test
    void replicaThatDiedWithTheLeaseIsReplacedWhenTheLeaseEnds() {
        fixture.table("dead", 500).takeLease();
        fixture.prolongLease();
        started("survivor");
        fixture.append(3, 42);
        eventually().until(() -> fixture.heartbeats.size() >= 3);
        assertThat(fixture.confirmedSeq()).isZero();

        fixture.expireLease();

        eventually().until(() -> fixture.confirmedSeq() == 3);
    }

    @Test
    void twoReplicasConfirmWithoutAHoleAndPublishNothingTwice() {
        Replica first = patient("first");
        Replica second = patient("second");

        List<CompletableFuture<Void>> clients = IntStream.range(0, 4)
                .mapToObj(client -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        (client % 2 == 0 ? first : second).commit(1, client + 1L);
                    }
                }))
                .toList();
        clients.forEach(CompletableFuture::join);

        eventually().until(() -> fixture.confirmedSeq() == 200);
        eventually().untilAsserted(() -> assertThat(fixture.seqs())
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 200).boxed().toList()));
        for (long client = 1; client <= 4; client++) {
            String room = Long.toString(client);
            assertThat(fixture.received.stream()
                            .filter(event -> event.routingKey().equals(room)))
                    .extracting(Received::seq)
                    .as("one replica's events of one recipient")
                    .isSorted();
        }
    }

    @Test
    void whatCommitsWhileTheBrokerIsGoneIsDeliveredWhenItIsBack() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica replica = started(fixture.replica("only", proxy.port(), inBatchesOf(10)));
            replica.commit(3, 42);
            eventually().until(() -> fixture.received.size() == 3);

            proxy.cut();
            replica.commit(25, 42);
            eventually().until(() -> replica.failures("broker") >= 2);
            proxy.restore();

            eventually().until(() -> fixture.confirmedSeq() == 28);
            assertEverythingArrivedInOrder(28);
        }
    }

    @Test
    void brokerThatIsSilentCountsAsFailedAndIsTriedAgain() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica replica = started(fixture.replica("only", proxy.port(), inBatchesOf(10)));

            proxy.stall();
            replica.commit(5, 42);
            eventually().until(() -> fixture.heartbeats.size() >= 1);
            proxy.cut();
            proxy.restore();

            eventually().until(() -> fixture.confirmedSeq() == 5);
            assertEverythingArrivedInOrder(5);
            assertThat(replica.failures("broker")).isPositive();
        }
    }

    /** The lease and the heartbeat belong to a replica whose messages get through. */
    @Test
    void replicaWithoutAWorkingLinkLeavesPublishingToAnother() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica stalled = started(fixture.replica("stalled", proxy.port(), inBatchesOf(10)));
            proxy.stall();
            started("other");

            stalled.commit(5, 42);

            eventually().until(() -> fixture.confirmedSeq() == 5);
            int before = fixture.heartbeats.size();
            eventually().until(() -> fixture.heartbeats.size() >= before + 3);
            assertThat(fixture.seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void startsWhileTheBrokerIsGone() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            proxy.cut();
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            replica.commit(2, 42);
            eventually().until(() -> replica.failures("broker") >= 1);

            proxy.restore();

            eventually().until(() -> fixture.confirmedSeq() == 2);
        }
    }

    @Test
    void refusedEventIsPublishedAgainAfterTheExchangeIsDeclaredAgain() throws Exception {
        Replica replica = started("only");
        replica.commit(1, 42);
        eventually().until(() -> fixture.confirmedSeq() == 1);

        fixture.deleteExchange();
        replica.commit(1, 42);

        eventually().until(() -> fixture.confirmedSeq() == 2);
        assertThat(replica.failures("nack") + replica.failures("broker")).isPositive();
    }

    @Test
    void moreThanMayBeInFlightIsPublishedFromTheLog() {
        RelaySettings narrow = RelayFixture.settings(fixture.exchange, 10, 20);
        Replica replica = started(fixture.replica("only", TestServices.broker().port(), narrow));

        for (int i = 0; i < 20; i++) {
            replica.commit(10, 42);
        }

        eventually().until(() -> fixture.confirmedSeq() == 200);
        eventually().untilAsserted(() -> assertThat(fixture.seqs())
                .containsAll(LongStream.rangeClosed(1, 200).boxed().toList()));
    }

    @Test
    void confirmsOfEventsThatTheDatabaseLostCountForNothing() {
        Replica replica = started("only");
        replica.commit(5, 42);
        eventually().until(() -> fixture.confirmedSeq() == 5);
        fixture.loseEverythingAfter(2);

        // As a confirm that was on its way when the database failed over.
        replica.relay.publish(new EventsCommitted(List.of(new LoggedEvent(
                3, UUID.randomUUID(), 42, "following notify", "{}", null, System.currentTimeMillis()))));
        List<LoggedEvent> again = fixture.append(3, 42);

        eventually().until(() -> fixture.confirmedSeq() == 5);
        eventually().untilAsserted(() -> assertThat(fixture.received)
                .extracting(event -> event.properties().getMessageId())
                .containsAll(again.stream().map(event -> event.id().toString()).toList()));
    }

    @Test
    void stoppingPublishesWhatIsCommitted() {
        Replica replica = patient("only");
        replica.commit(55, 42);

        replica.relay.stop();

        assertThat(fixture.confirmedSeq()).isEqualTo(55);
        assertThat(replica.relay.isRunning()).isFalse();
    }

    @Test
    void canBeStartedAnew() {
        Replica replica = started("only");
        replica.relay.stop();
        started(replica);

        replica.commit(1, 42);

        eventually().until(() -> fixture.received.size() == 1);
    }

    @Test
    void heartbeatNamesTheConfirmedHead() {
        Replica first = started("first");
        started("second");
        List<LoggedEvent> events = first.commit(4, 42);

        eventually().until(() -> fixture.heartbeats.stream().anyMatch(heartbeat -> heartbeat.seq() == 4));

        Received heartbeat = fixture.heartbeats.stream()
                .filter(beat -> beat.seq() == 4)
                .findFirst()
                .orElseThrow();
        assertThat(heartbeat.routingKey()).isEqualTo("log.head");
        assertThat(heartbeat.body()).isEqualTo("{}");
        assertThat(heartbeat.header("head_id")).hasToString(events.get(3).id().toString());
        assertThat(heartbeat.header("overdue_seq")).isEqualTo(4L);
    }

    @Test
    @RealBrokerTest
    void backlogOfThousandsIsDrained() {
        fixture.append(5_000, 42);

        started("only");

        eventually().until(() -> fixture.confirmedSeq() == 5_000);
        assertEverythingArrivedInOrder(5_000);
    }

    private void assertEverythingArrivedInOrder(long last) {
        eventually().untilAsserted(() -> assertThat(fixture.seqsWithoutRepeats())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList()));
    }

    /** Its link to the broker works when the first heartbeat has come. */
    private Replica started(Replica replica) {
        int before = fixture.heartbeats.size();
        replica.start();
        eventually().until(() -> fixture.heartbeats.size() > before);
        return replica;
    }

    private Replica patient(String owner) {
        return started(fixture.replica(
                owner,
                TestServices.broker().port(),
                RelayFixture.patientSettings(fixture.exchange, Duration.ofSeconds(1))));
    }

    private Replica started(String owner) {
        return started(fixture.replica(owner));
    }

    private RelaySettings inBatchesOf(int size) {
        return RelayFixture.settings(fixture.exchange, size);
    }
}
