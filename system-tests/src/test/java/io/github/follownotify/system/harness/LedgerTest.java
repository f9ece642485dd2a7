package io.github.follownotify.system.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.system.harness.Ledger.Answer;
import io.github.follownotify.system.harness.Ledger.Follow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final long BOB = 2;
    private static final Follow FIRST = new Follow(10, BOB);
    private static final Follow SECOND = new Follow(11, BOB);

    private final Ledger ledger = new Ledger();

    @BeforeEach
    void bobHasAPhoneAndHearsOfTwoFollows() {
        ledger.device("phone", BOB);
        ledger.attempted(FIRST, 0, 10, Answer.ACKNOWLEDGED);
        ledger.attempted(SECOND, 20, 30, Answer.ACKNOWLEDGED);
    }

    @Test
    void isPerfectWhenEverythingArrivedOnceAndInOrder() {
        ledger.arrived("phone", FIRST, 1, 15);
        ledger.arrived("phone", SECOND, 2, 35);

        assertThat(ledger.result()).isEqualTo(new Ledger.Result(2, 2, 2, 0, 0, 0, 0, 0, 0, 0));
        assertThat(ledger.result().isPerfect()).isTrue();
    }

    @Test
    void countsWhatIsMissing() {
        ledger.arrived("phone", FIRST, 1, 15);

        assertThat(ledger.result().lost()).isEqualTo(1);
        assertThat(ledger.isComplete()).isFalse();
    }

    @Test
    void tellsSilentlyShortFromToldToResync() {
        ledger.arrived("phone", FIRST, 1, 15);
        assertThat(ledger.result().silentlyShort()).isEqualTo(1);

        ledger.toldToResync("phone");

        assertThat(ledger.result().silentlyShort()).isZero();
        assertThat(ledger.result().toldToResync()).isEqualTo(1);
        assertThat(ledger.result().lost()).isEqualTo(1);
    }

    @Test
    void countsWhatCameTwice() {
        ledger.arrived("phone", FIRST, 1, 15);
        ledger.arrived("phone", FIRST, 1, 16);
        ledger.arrived("phone", SECOND, 2, 35);

        assertThat(ledger.result().duplicated()).isEqualTo(1);
    }

    @Test
    void countsOffsetsThatGoBack() {
        ledger.arrived("phone", FIRST, 2, 15);
        ledger.arrived("phone", SECOND, 1, 35);

        assertThat(ledger.result().outOfOrder()).isEqualTo(1);
    }

    @Test
    void countsWhatArrivedAfterAFollowThatBeganLater() {
        ledger.arrived("phone", SECOND, 1, 35);
        ledger.arrived("phone", FIRST, 2, 36);

        assertThat(ledger.result().outOfOrder()).isEqualTo(1);
    }

    @Test
    void tellsRecoveredFromUnexpected() {
        Follow unanswered = new Follow(12, BOB);
        Follow refused = new Follow(13, BOB);
        ledger.attempted(unanswered, 40, 50, Answer.UNKNOWN);
        ledger.attempted(refused, 40, 50, Answer.REFUSED);
        ledger.arrived("phone", FIRST, 1, 15);
        ledger.arrived("phone", SECOND, 2, 35);
        ledger.arrived("phone", unanswered, 3, 55);
        ledger.arrived("phone", refused, 4, 56);
        ledger.arrived("phone", new Follow(99, BOB), 5, 57);

        assertThat(ledger.result().recovered()).isEqualTo(1);
        assertThat(ledger.result().unexpected()).isEqualTo(2);
    }
}
