package io.github.follownotify.follow.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lease, numbers and cursor: what two replicas may and may not do, without a broker. */
class RelayLogTest {

    private RelayFixture fixture;
    private RelayLog first;
    private RelayLog second;

    @BeforeEach
    void twoReplicas() throws Exception {
        fixture = new RelayFixture();
        first = fixture.relayLog("first", 3);
        second = fixture.relayLog("second", 3);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void restsWhileNothingWaits() {
        assertThat(first.isAnythingWaiting()).isFalse();
        assertThat(first.begin()).isEqualTo(new Turn.Rest());
    }

    @Test
    void numbersWhatWaitsWithoutGapsAndInOrder() {
        fixture.append(5, 42);

        Turn.Batch batch = batch(first.begin());
        Turn.Batch next = batch(first.confirmed(batch));

        assertThat(seqs(batch)).containsExactly(1L, 2L, 3L);
        assertThat(seqs(next)).containsExactly(4L, 5L);
        assertThat(Stream.of(batch, next).flatMap(turn -> turn.events().stream()))
                .extracting(WaitingEvent::id)
                .isSorted();
        assertThat(first.confirmed(next)).isEqualTo(new Turn.Rest());
        assertThat(first.isAnythingWaiting()).isFalse();
    }

    @Test
    void numbersAroundTheHolesThatRolledBackInsertsLeave() {
        fixture.append(42);
        fixture.sql
                .sql("DELETE FROM notification WHERE id = ?")
                .param(fixture.append(42))
                .update();
        fixture.append(2, 42);

        assertThat(seqs(batch(first.begin()))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatIsNotCommittedGetsNoNumberAndHoldsNobodyUp() throws Exception {
        try (Connection slow = fixture.database.getConnection();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("""
                    INSERT INTO notification (event_id, recipient_id, actor_id, event, data, created_at)
                    VALUES ('0123456789abcdef', 1, 7, 'following notify', '{}', 1)""");
            long later = fixture.append(42);

            Turn.Batch batch = batch(first.begin());
            slow.commit();

            assertThat(batch.events()).extracting(WaitingEvent::id).containsExactly(later);
            assertThat(seqs(batch(first.confirmed(batch)))).containsExactly(2L);
        }
    }

    @Test
    void onlyOneReplicaHoldsTheLease() {
        fixture.append(42);

        Turn.Batch batch = batch(first.begin());

        assertThat(second.begin()).isEqualTo(new Turn.Held());
        assertThat(first.confirmed(batch)).isEqualTo(new Turn.Rest());
        assertThat(second.begin()).isEqualTo(new Turn.Rest());
    }

    @Test
    void numbersAlsoWhileAnotherHoldsTheLease() {
        fixture.append(42);
        Turn.Batch batch = batch(first.begin());

        fixture.append(42);
        assertThat(second.begin()).isEqualTo(new Turn.Held());
        fixture.append(4, 42);
        assertThat(second.number()).as("a batch is three").isFalse();
        assertThat(second.number()).isTrue();
        assertThat(second.isAnythingToNumber()).isFalse();

        assertThat(fixture.numbers()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        Turn.Batch next = batch(first.confirmed(batch));
        assertThat(seqs(next)).containsExactly(2L, 3L, 4L);
        assertThat(seqs(batch(first.confirmed(next)))).containsExactly(5L, 6L);
    }

    @Test
    void whatComesBehindABacklogIsNumberedBeforeTheBacklogIsPublished() {
        fixture.append(7, 42);
        Turn.Batch batch = batch(first.begin());

        first.confirmed(batch);

        assertThat(fixture.numbers()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(first.backlog().waiting()).isEqualTo(4);
    }

    @Test
    void successorOfADeadOwnerPublishesTheSameNumbers() {
        fixture.append(2, 42);
        Turn.Batch numberedByTheDead = batch(first.begin());
        fixture.append(42);

        fixture.expireLease();
        Turn.Batch successors = batch(second.begin());

        assertThat(successors.events()).startsWith(numberedByTheDead.events().toArray(WaitingEvent[]::new));
        assertThat(seqs(successors)).containsExactly(1L, 2L, 3L);
        assertThat(successors.fence()).isGreaterThan(numberedByTheDead.fence());
    }

    @Test
    void ownerThatWakesLateMovesNothing() {
        fixture.append(2, 42);
        Turn.Batch stalled = batch(first.begin());
        fixture.expireLease();
        Turn.Batch successors = batch(second.begin());

        assertThat(first.confirmed(stalled)).isEqualTo(new Turn.Lost());
        first.failed(stalled, 1);

        assertThat(fixture.confirmedSeq()).isZero();
        assertThat(first.begin()).as("the successor still holds the lease").isEqualTo(new Turn.Held());
        second.confirmed(successors);
        assertThat(fixture.confirmedSeq()).isEqualTo(2);
    }

    @Test
    void ownerThatWakesAfterItsSuccessorsAreDoneMovesNothing() {
        fixture.append(2, 42);
        Turn.Batch stalled = batch(first.begin());
        fixture.expireLease();
        second.confirmed(batch(second.begin()));
        fixture.append(42);
        Turn.Batch later = batch(second.begin());

        assertThat(first.confirmed(stalled)).isEqualTo(new Turn.Lost());

        assertThat(fixture.confirmedSeq()).isEqualTo(2);
        second.confirmed(later);
        assertThat(fixture.confirmedSeq()).isEqualTo(3);
    }

    @Test
    void failureKeepsWhatWasConfirmedAndGivesTheLeaseBack() {
        fixture.append(3, 42);

        first.failed(batch(first.begin()), 2);

        assertThat(fixture.confirmedSeq()).isEqualTo(2);
        assertThat(seqs(batch(second.begin()))).containsExactly(3L);
    }

    @Test
    void oneHeartbeatPerIntervalForAllReplicas() {
        fixture.append(1, 42);
        first.confirmed(batch(first.begin()));

        assertThat(first.claimHeartbeat()).hasValue(new RelayLog.Head(1, 1, 1));
        assertThat(second.claimHeartbeat()).isEmpty();
        RelayFixture.eventually().until(() -> second.claimHeartbeat().isPresent());
    }

    @Test
    void backlogCountsNumberedAndUnnumberedRows() {
        fixture.append(5, 42);
        batch(first.begin());

        assertThat(first.backlog().waiting()).isEqualTo(5);
        assertThat(first.backlog().oldestCreatedAt()).isPositive();
    }

    private static Turn.Batch batch(Turn turn) {
        assertThat(turn).isInstanceOf(Turn.Batch.class);
        return (Turn.Batch) turn;
    }

    private static List<Long> seqs(Turn.Batch batch) {
        return batch.events().stream().map(WaitingEvent::seq).toList();
    }
}
