package io.github.follownotify.system.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.system.harness.Attempt.Answer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final long BOB = 2;
    private static final Follow FIRST = new Follow(10, BOB);
    private static final Follow SECOND = new Follow(11, BOB);

    private final Ledger ledger = new Ledger();
    private final DeviceBook phone = ledger.device("phone", BOB);

    @BeforeEach
    void bobHasAPhoneAndHearsOfTwoFollows() {
        ledger.attempted(FIRST, 0, 10, Answer.ACKNOWLEDGED);
        ledger.attempted(SECOND, 20, 30, Answer.ACKNOWLEDGED);
    }

    @Test
    void isPerfectWhenEverythingArrivedOnceAndInOrder() {
        phone.arrived(FIRST, 1, 15);
        phone.arrived(SECOND, 2, 35);

        assertThat(ledger.result()).isEqualTo(new Ledger.Result(2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void countsWhatIsMissing() {
        phone.arrived(FIRST, 1, 15);

        assertThat(ledger.result().lost()).isEqualTo(1);
        assertThat(ledger.isComplete()).isFalse();
        assertThat(ledger.isCompleteUpTo(29)).isTrue();
    }

    @Test
    void acceptsWhatOvertookTheAnswer() {
        Follow third = new Follow(12, BOB);
        phone.arrived(FIRST, 1, 15);
        phone.arrived(SECOND, 2, 35);
        phone.arrived(third, 3, 36);

        ledger.attempted(third, 33, 40, Answer.ACKNOWLEDGED);

        assertThat(ledger.result().isPerfect()).isTrue();
        assertThat(ledger.deliveries()).contains(new Delivery(40, 40));
    }

    @Test
    void tellsSilentlyShortFromToldToResync() {
        phone.arrived(FIRST, 1, 15);
        assertThat(ledger.result().silentlyShort()).isEqualTo(1);

        phone.toldToResync(40);

        assertThat(ledger.result().silentlyShort()).isZero();
        assertThat(ledger.result().toldToResync()).isEqualTo(1);
        assertThat(ledger.result().lost()).isEqualTo(1);
    }

    @Test
    void hasWhatItReadWhenItWasTold() {
        phone.arrived(FIRST, 1, 15);
        phone.toldToResync(40);

        assertThat(phone.read(List.of(SECOND, FIRST))).isTrue();

        assertThat(phone.read(List.of(SECOND, FIRST))).isFalse();
        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void missesNothingThatTheDatabaseLost() {
        phone.arrived(FIRST, 1, 15);

        ledger.wentBack(15, 40, Set.of(FIRST));

        assertThat(ledger.isComplete()).isTrue();
        assertThat(ledger.result().lostByDatabase()).isEqualTo(1);
        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void missesWhatWasAnsweredBeforeTheCopyOrBeganAfterIt() {
        ledger.wentBack(35, 40, Set.of());
        assertThat(ledger.result().lostByDatabase()).isZero();

        ledger.wentBack(11, 19, Set.of());
        assertThat(ledger.result().lostByDatabase()).isZero();
        assertThat(ledger.result().lost()).isEqualTo(2);
    }

    @Test
    void isSilentlyShortUntilItIsToldOfWhatIsGone() {
        phone.arrived(FIRST, 1, 15);
        phone.arrived(SECOND, 2, 35);
        ledger.wentBack(15, 40, Set.of(FIRST));
        assertThat(ledger.result().silentlyShort()).isEqualTo(1);

        phone.toldToResync(50);

        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void givesNumbersAgainAfterTheDatabaseWentBack() {
        Follow third = new Follow(12, BOB);
        ledger.attempted(third, 60, 61, Answer.ACKNOWLEDGED);
        phone.arrived(FIRST, 1, 15);
        phone.arrived(SECOND, 2, 35);
        ledger.wentBack(15, 40, Set.of(FIRST));
        phone.toldToResync(50);

        phone.arrived(third, 2, 62);

        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void countsWhatCameTwice() {
        phone.arrived(FIRST, 1, 15);
        phone.arrived(FIRST, 1, 16);
        phone.arrived(SECOND, 2, 35);

        assertThat(ledger.result().duplicated()).isEqualTo(1);
    }

    @Test
    void countsOffsetsThatGoBack() {
        phone.arrived(FIRST, 2, 15);
        phone.arrived(SECOND, 1, 35);

        assertThat(ledger.result().outOfOrder()).isEqualTo(1);
    }

    @Test
    void countsWhatArrivedAfterAFollowThatBeganLater() {
        phone.arrived(SECOND, 1, 35);
        phone.arrived(FIRST, 2, 36);

        assertThat(ledger.result().outOfOrder()).isEqualTo(1);
    }

    @Test
    void tellsRecoveredFromUnexpected() {
        Follow unanswered = new Follow(12, BOB);
        Follow refused = new Follow(13, BOB);
        ledger.attempted(unanswered, 40, 50, Answer.UNKNOWN);
        ledger.attempted(refused, 40, 50, Answer.REFUSED);
        phone.arrived(FIRST, 1, 15);
        phone.arrived(SECOND, 2, 35);
        phone.arrived(unanswered, 3, 55);
        phone.arrived(refused, 4, 56);
        phone.arrived(new Follow(99, BOB), 5, 57);

        assertThat(ledger.result().recovered()).isEqualTo(1);
        assertThat(ledger.result().unexpected()).isEqualTo(2);
        assertThat(ledger.result().refused()).isEqualTo(1);
    }
}
