package io.github.follownotify.follow.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.relay.ConfirmedRanges.Range;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What two replicas tell each other through the database, without a broker. */
class RelayTableTest {

    @AutoClose
    private RelayFixture fixture;

    private RelayTable first;
    private RelayTable second;

    @BeforeEach
    void twoReplicas() throws Exception {
        fixture = new RelayFixture();
        first = fixture.table("first", 3);
        second = fixture.table("second", 3);
    }

    @Test
    void confirmedNumbersOfBothReplicasAreMergedWithoutAHole() {
        fixture.append(9, 42);

        assertThat(first.confirm(List.of(new Range(1, 2)))).isEqualTo(2);
        assertThat(second.confirm(List.of(new Range(5, 6), new Range(9, 9)))).isEqualTo(2);
        assertThat(first.confirm(List.of(new Range(7, 7)))).isEqualTo(2);
        assertThat(first.confirm(List.of(new Range(3, 4)))).isEqualTo(7);
        assertThat(second.confirm(List.of(new Range(8, 8)))).isEqualTo(9);
        assertThat(fixture.confirmedSeq()).isEqualTo(9);
        assertThat(fixture.sql
                        .sql("SELECT COUNT(*) FROM confirmed_range")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void confirmThatComesLateMovesNothingBack() {
        fixture.append(5, 42);
        first.confirm(List.of(new Range(1, 5)));

        assertThat(second.confirm(List.of(new Range(2, 3)))).isEqualTo(5);
    }

    @Test
    void whatIsConfirmedBeyondAHoleIsNotReadAgain() {
        fixture.append(9, 42);
        first.confirm(List.of(new Range(1, 2), new Range(4, 5), new Range(9, 9)));

        assertThat(second.unconfirmed(2, 9)).extracting(LoggedEvent::seq).containsExactly(3L, 6L, 7L);
        assertThat(second.unconfirmed(7, 9)).extracting(LoggedEvent::seq).containsExactly(8L);
        assertThat(second.unconfirmed(2, 6)).extracting(LoggedEvent::seq).containsExactly(3L, 6L);
    }

    @Test
    void leaseBelongsToOneReplicaUntilItEnds() {
        assertThat(first.takeLease()).isTrue();
        assertThat(second.takeLease()).isFalse();
        assertThat(first.takeLease()).as("renewed").isTrue();

        fixture.expireLease();
        assertThat(second.takeLease()).isTrue();
        first.releaseLease();
        assertThat(first.takeLease()).as("released what is not its own").isFalse();
        second.releaseLease();
        assertThat(first.takeLease()).isTrue();
    }

    @Test
    void oneReplicaSendsTheHeartbeatOfAnInterval() {
        RelaySettings seldom = RelayFixture.patientSettings(fixture.exchange, Duration.ofMinutes(1));
        RelayTable one = fixture.table("one", seldom);
        RelayTable other = fixture.table("other", seldom);

        assertThat(one.claimHeartbeat()).isTrue();
        assertThat(other.claimHeartbeat()).isFalse();
        assertThat(one.claimHeartbeat()).isFalse();
    }

    @Test
    void backlogIsWhatIsNotConfirmed() {
        assertThat(first.backlog()).isEqualTo(new Backlog(0, 0));
        List<LoggedEvent> events = fixture.append(3, 42);
        first.confirm(List.of(new Range(1, 1)));

        assertThat(first.backlog()).isEqualTo(new Backlog(2, events.get(1).createdAt()));
    }

    @Test
    void eventIsHeldUnderItsNumberUntilAnotherHistoryTakesIt() {
        LoggedEvent event = fixture.append(1, 42).get(0);
        assertThat(first.holds(event)).isTrue();

        fixture.loseEverythingAfter(0);
        assertThat(first.holds(event)).isFalse();
        fixture.append(1, 42);
        assertThat(first.holds(event)).isFalse();
    }
}
