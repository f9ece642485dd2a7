package io.github.follownotify.im.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.razorvine.pickle.Unpickler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainUnpicklerTest {

    /** Written by Python 3.11: pickle.dumps({...}, protocol). */
    @ParameterizedTest(name = "protocol {0}")
    @ValueSource(
            strings = {
                "0 28647030 0a 56610a 70310a 49310a 73 56620a 70320a 286c70330a 46312e350a 614e61 4930310a 61 73 2e",
                "2 8002 7d 7100 28 5801000000 61 7101 4b01 5801000000 62 7102 5d 7103 28 473ff8000000000000 4e 88 65 75 2e",
                "4 8004 95 2000000000000000 7d 94 28 8c01 61 94 4b01 8c01 62 94 5d 94 28 473ff8000000000000 4e 88 65 75 2e",
            })
    void readsPlainValuesOfEveryProtocol(String protocolAndPickle) {
        Object value = PlainUnpickler.read(hex(protocolAndPickle.substring(1)));

        assertThat(value).isEqualTo(Map.of("a", 1, "b", Arrays.asList(1.5, null, true)));
    }

    @Test
    void tellsTuplesAndBytesFromListsAndText() {
        Object value = PlainUnpickler.read(hex("8003 4301ff 8a08ffffffffffffff7f 86 2e"));

        assertThat(value).isInstanceOf(Object[].class);
        assertThat((Object[]) value).containsExactly(new byte[] {(byte) 0xff}, Long.MAX_VALUE);
    }

    @Test
    void keepsTheOrderOfKeysAndWritesNumbersAsKeysAsJsonDoes() {
        Object value = PlainUnpickler.read(hex("8002 7d 28 5801000000 7a 4b01 4b07 4b02 75 2e"));

        assertThat(value).hasToString("{z=1, 7=2}");
    }

    /** What an attacker writes to run a program. Nothing of it is looked up, constructed or called. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cos\nsystem\n(S'touch /tmp/owned'\ntR.",
                "(S'id'\nios\nsystem\n.",
                "(cos\nsystem\nS'id'\no.",
                "c__builtin__\neval\n(S'1'\ntR.",
                "\u0080\u0002cdecimal\nDecimal\nX\u0001\u0000\u0000\u00001\u0085R.",
                "\u0080\u0002cbuiltins\nException\n)\u0081.",
                "\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0002id\u0085R.",
                "\u0080\u0002cdatetime\ndatetime\n)R.",
                "\u0080\u0002ccopy_reg\n_reconstructor\n(NNNtR.",
                "\u0080\u0002}(X\u0001\u0000\u0000\u0000aNub.",
                "Psomething\n.",
                "NQ.",
                "\u0080\u0002\u0082\u0001.",
                "\u0080\u0002\u0083\u0001\u0000.",
                "\u0080\u0002\u0084\u0001\u0000\u0000\u0000.",
            })
    void refusesWhateverNamesAClassOrSomethingOutside(String hostile) {
        assertRefused(hostile.getBytes(StandardCharsets.ISO_8859_1), Reason.NAMES_A_CLASS);
    }

    @Test
    void theLibraryItselfWouldHaveBuiltAnObject() throws Exception {
        byte[] hostile = "cdecimal\nDecimal\n(S'1'\ntR.".getBytes(StandardCharsets.US_ASCII);

        assertThat(new Unpickler().loads(hostile)).isNotNull();
        assertRefused(hostile, Reason.NAMES_A_CLASS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // lengths of 2 GB and more, negative ones, and a long of 2^31 bytes
                "8002 42 ffffff7f 2e",
                "8002 58 ffffff7f 2e",
                "8004 8d ffffffffffffff7f 2e",
                "8004 8e ffffffffffffffff 2e",
                "8005 96 ffffffffff000000 2e",
                "8002 54 ffffffff 2e",
                "8002 8b ffffff7f 2e",
                "8002 8b ffffffff 2e",
                // an empty stack, a missing mark, a memo that is not there, an append to a dict, an item of a list
                "8002 2e",
                "74 2e",
                "8002 6805 2e",
                "8002 7d4e61 2e",
                "8002 5d 4e4e73 2e",
                "8002 28 2e2e",
                "73 2e",
                // the end is missing, something stands behind it, an unknown instruction, protocol 255
                "8002 4e",
                "8002 4e2e 4e",
                "8002 ff 2e",
                "80ff 4e 2e",
                "",
                "00",
                "8002 7d284e 75 2e",
                // sets, frozen sets, out-of-band buffers, DUP and POP: no plain value needs them
                "8004 8f 2e",
                "8004 28 91 2e",
                "8005 97 2e",
                "4e32 2e",
                "4e30 2e",
            })
    void refusesWhatIsBroken(String broken) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> PlainUnpickler.read(hex(broken)));
    }

    @Test
    void aKeyIsNeverAContainer() {
        assertRefused(hex("8002 7d 5d 4e 73 2e"), Reason.INVALID);
        assertRefused(hex("28 5d 4e 64 2e"), Reason.INVALID);
        assertRefused(hex("8002 7d 28 29 4e 75 2e"), Reason.INVALID);
    }

    @Test
    void numbersAreShort() {
        assertRefused(("I" + "9".repeat(100_000) + "\n.").getBytes(StandardCharsets.US_ASCII), Reason.UNREADABLE);
        assertRefused(("L" + "9".repeat(100_000) + "L\n.").getBytes(StandardCharsets.US_ASCII), Reason.UNREADABLE);
        assertThat(PlainUnpickler.read("L123456789012345678901234567890L\n.".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(new BigInteger("123456789012345678901234567890"));
    }

    /** The library trims a list after each append: eighty thousand of them would take it seconds. */
    @Test
    void manyAppendsAndMarksTakeLinearTime() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(']');
        for (int i = 0; i < 85_000; i++) {
            pickle.writeBytes("(Ne".getBytes(StandardCharsets.US_ASCII));
        }
        pickle.write('.');

        Object value = assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> Objects.requireNonNull(PlainUnpickler.read(pickle.toByteArray())));

        assertThat((List<?>) value).hasSize(85_000);
    }

    static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static void assertRefused(byte[] pickle, Reason reason) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> PlainUnpickler.read(pickle))
                .extracting(RefusedException::reason)
                .isEqualTo(reason);
    }
}
