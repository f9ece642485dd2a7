package io.github.follownotify.follow.relay;

import static io.github.follownotify.follow.relay.RelayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.relay.RelayFixture.Received;
import io.github.follownotify.follow.relay.RelayFixture.Replica;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.TestServices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay between a real database and a real broker, and everything that can happen to them. */
class NotificationRelayTest {

    private RelayFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RelayFixture();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void commitWakesTheRelay() {
        Replica replica = fixture.replica("only", TestServices.broker().port(), pollingOnceAMinute())
                .start();
        fixture.append(1);
        replica.wake();
        eventually().until(() -> fixture.received.size() == 1);

        fixture.append(42);
        long start = System.nanoTime();
        replica.wake();
        eventually().until(() -> fixture.received.size() == 2);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(fixture.received.get(1).routingKey()).isEqualTo("42");
    }

    @Test
    void pollFindsWhatNobodyWokeItFor() {
        fixture.replica("only").start();
        eventually().until(() -> !fixture.heartbeats.isEmpty());

        fixture.append(42);

        eventually().until(() -> fixture.received.size() == 1);
    }

    @Test
    void twoReplicasTakeTurnsWithoutGapsOrDoubleNumbers() {
        Replica first = fixture.replica("first", TestServices.broker().port(), inBatchesOf(7))
                .start();
        Replica second = fixture.replica("second", TestServices.broker().port(), inBatchesOf(7))
                .start();

        List<CompletableFuture<Void>> clients = IntStream.range(0, 4)
                .mapToObj(client -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        fixture.append(client + 1L);
                        (client % 2 == 0 ? first : second).wake();
                    }
                }))
                .toList();
        clients.forEach(CompletableFuture::join);

        eventually().untilAsserted(() -> assertThat(fixture.seqs()).hasSize(200));
        assertThat(fixture.seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(fixture.sql
                        .sql("SELECT seq FROM notification WHERE recipient_id = 1 ORDER BY id")
                        .query(Long.class)
                        .list())
                .as("order per recipient")
                .isSorted();
    }

    @Test
    void commitInOneReplicaIsNotHeldUpByAnotherThatPolls() {
        fixture.replica("first", TestServices.broker().port(), pollingOnceAMinute())
                .start();
        Replica second = fixture.replica("second", TestServices.broker().port(), pollingOnceAMinute())
                .start();

        fixture.append(100, 42);
        second.wake();

        eventually().until(() -> fixture.received.size() == 100);
    }

    @Test
    void whatCommitsWhileTheBrokerIsGoneIsDeliveredWhenItIsBack() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            fixture.append(3, 42);
            replica.wake();
            eventually().until(() -> fixture.received.size() == 3);

            proxy.cut();
            fixture.append(25, 42);
            replica.wake();
            eventually().until(() -> replica.failures("broker") + replica.failures("nack") >= 2);
            proxy.restore();

            eventually().until(() -> fixture.confirmedSeq() == 28);
            eventually().untilAsserted(() -> assertThat(fixture.seqsWithoutRepeats())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 28).boxed().toList()));
        }
    }

    @Test
    void brokerThatIsSilentCountsAsFailedAndIsTriedAgain() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            eventually().until(() -> !fixture.heartbeats.isEmpty());

            proxy.stall();
            fixture.append(5, 42);
            replica.wake();
            eventually().until(() -> replica.failures("confirm-timeout") + replica.failures("broker") >= 1);
            proxy.cut();
            proxy.restore();

            eventually().until(() -> fixture.confirmedSeq() == 5);
            eventually().untilAsserted(() -> assertThat(fixture.seqsWithoutRepeats())
                    .containsExactly(1L, 2L, 3L, 4L, 5L));
        }
    }

    @Test
    void numbersGoOnWhileTheBrokerIsGone() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            proxy.cut();
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            eventually().until(() -> replica.failures("broker") >= 1);

            fixture.append(25, 42);

            eventually().untilAsserted(() -> assertThat(fixture.numbers())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 25).boxed().toList()));
            assertThat(fixture.confirmedSeq()).isZero();
        }
    }

    @Test
    void numbersGoOnWhileTheBrokerIsSilent() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            fixture.append(42);
            replica.wake();
            eventually().until(() -> fixture.confirmedSeq() == 1);

            proxy.stall();
            fixture.append(42);
            replica.wake();
            eventually().until(() -> fixture.numbers().size() == 2);
            fixture.append(30, 42);

            eventually().until(() -> fixture.numbers().size() == 32);
            assertThat(fixture.confirmedSeq()).isEqualTo(1);
        }
    }

    @Test
    void startsWhileTheBrokerIsGone() {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            proxy.cut();
            fixture.append(2, 42);
            Replica replica =
                    fixture.replica("only", proxy.port(), inBatchesOf(10)).start();
            eventually().until(() -> replica.failures("broker") >= 1);

            proxy.restore();

            eventually().until(() -> fixture.received.size() == 2);
        }
    }

    @Test
    void refusedEventIsPublishedAgainAfterTheExchangeIsDeclaredAgain() throws Exception {
        Replica replica = fixture.replica("only").start();
        fixture.append(42);
        replica.wake();
        eventually().until(() -> fixture.confirmedSeq() == 1);

        fixture.deleteExchange();
        fixture.append(42);
        replica.wake();

        eventually().until(() -> fixture.confirmedSeq() == 2);
        assertThat(replica.failures("nack") + replica.failures("broker")).isPositive();
    }

    @Test
    void replicaTakesOverFromOneThatDiedWithTheLease() {
        fixture.append(3, 42);
        fixture.relayLog("dead", 500).begin();
        fixture.replica("survivor").start();

        fixture.expireLease();

        eventually().until(() -> fixture.confirmedSeq() == 3);
        // RabbitMQ confirms before the listener of this test has it.
        eventually().untilAsserted(() -> assertThat(fixture.seqs()).containsExactly(1L, 2L, 3L));
    }

    @Test
    void stoppingPublishesWhatIsCommitted() {
        Replica replica = fixture.replica("only", TestServices.broker().port(), inBatchesOf(10))
                .start();
        fixture.append(55, 42);

        replica.relay.stop();

        assertThat(fixture.confirmedSeq()).isEqualTo(55);
        assertThat(replica.relay.isRunning()).isFalse();
    }

    @Test
    void canBeStartedAnew() {
        Replica replica = fixture.replica("only").start();
        replica.relay.stop();
        replica.relay.start();

        fixture.append(42);
        replica.wake();

        eventually().until(() -> fixture.received.size() == 1);
    }

    @Test
    void heartbeatNamesTheConfirmedHead() {
        fixture.append(4, 42);
        fixture.replica("first").start();
        fixture.replica("second").start();

        eventually().until(() -> fixture.heartbeats.stream().anyMatch(heartbeat -> heartbeat.seq() == 4));

        Received heartbeat = fixture.heartbeats.get(fixture.heartbeats.size() - 1);
        assertThat(heartbeat.routingKey()).isEqualTo("log.head");
        assertThat(heartbeat.body()).isEqualTo("{}");
        assertThat(heartbeat.header("oldest_seq")).isEqualTo(1L);
    }

    @Test
    @RealBrokerTest
    void thousandsASecondArePublished() {
        fixture.append(5_000, 42);
        long start = System.nanoTime();
        fixture.replica("only").start();

        eventually().until(() -> fixture.confirmedSeq() == 5_000);

        double seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        System.out.printf("relayed 5000 notifications in %.2f s%n", seconds);
        assertThat(seconds).isLessThan(10);
    }

    private RelaySettings inBatchesOf(int size) {
        return RelayFixture.settings(fixture.exchange, size);
    }

    private RelaySettings pollingOnceAMinute() {
        return new RelaySettings(
                fixture.exchange,
                500,
                Duration.ofMinutes(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                null);
    }
}
