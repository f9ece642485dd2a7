package io.github.follownotify.im.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Pickler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeMessagesTest {

    private final BridgeMessages messages = new BridgeMessages(256 * 1024);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"a\":1}]   | {\"a\":1}",
                "[1,\"two\",[3]] | 1,\"two\",[3]",
                "[null]        | ''",
                "[]            | ''",
                "[[1,2]]       | [1,2]",
                "{\"a\":1}     | {\"a\":1}",
                "[null,null]   | null,null",
                "[\"\\ud800\"]  | \"\\uD800\"",
            })
    void readsTheArgumentsOfJson(String data, String arguments) {
        BridgeMessage.Emit emit = emit(json("\"42\"", data));

        assertThat(new String(emit.arguments().json(), UTF_8)).isEqualTo(arguments);
        assertThat(emit.users()).containsExactly(42L);
        assertThat(emit.event()).isEqualTo("news");
    }

    @Test
    void readsTheArgumentsOfAPickle() throws IOException {
        assertThat(argumentsOf(pickle(Map.of("a", 1)))).isEqualTo("{\"a\":1}");
        assertThat(argumentsOf(pickle(List.of(1, 2))))
                .as("a list is one argument")
                .isEqualTo("[1,2]");
        assertThat(argumentsOf(pickle(new Object[] {1, "ä€😀"})))
                .as("a tuple is several")
                .isEqualTo("1,\"ä€😀\"");
        assertThat(argumentsOf(pickle(null))).isEmpty();
    }

    @Test
    void takesAttachmentsFromBothFormats() {
        BridgeMessage.Emit old = emit(
                // {'method': 'emit', 'event': 'news', 'data': {'a': b'\xff'}, 'room': None}
                PlainUnpicklerTest.hex(
                        "8003 7d 28 5806000000 6d6574686f64 5804000000 656d6974 5805000000 6576656e74"
                                + "5804000000 6e657773 5804000000 64617461 7d 5801000000 61 4301ff 73 5804000000 726f6f6d 4e 75 2e"));
        BridgeMessage.Emit now = emit(("{\"method\":\"emit\",\"event\":\"news\",\"binary\":true,\"room\":null,"
                        + "\"data\":[[{\"a\":{\"_placeholder\":true,\"num\":0}}],\"/w==\"]}")
                .getBytes(UTF_8));

        for (BridgeMessage.Emit emit : List.of(old, now)) {
            assertThat(new String(emit.arguments().json(), UTF_8))
                    .isEqualTo("{\"a\":{\"_placeholder\":true,\"num\":0}}");
            assertThat(emit.arguments().attachments()).containsExactly(new byte[] {(byte) 0xff});
            assertThat(emit.users()).as("everybody").isNull();
        }
    }

    @Test
    void takesRoomsAsTextOrNumbersAndSeveralAtOnce() {
        assertThat(emit(json("42", "[]")).users()).containsExactly(42L);
        assertThat(emit(json("[\"1\",2,\"1\",\"staff\"]", "[]")).users()).containsExactly(1L, 2L);
    }

    @Test
    void takesOneOrMoreSocketsToSkip() {
        assertThat(emit(withField("\"skip_sid\":\"abc\"")).except()).containsExactly("abc");
        assertThat(emit(withField("\"skip_sid\":[\"a\",\"b\"]")).except()).containsExactlyInAnyOrder("a", "b");
        assertThat(emit(withField("\"skip_sid\":null")).except()).isEmpty();
    }

    @Test
    void readsDisconnectAndCloseRoom() {
        assertThat(messages.read("{\"method\":\"disconnect\",\"sid\":\"s\",\"namespace\":\"/\"}".getBytes(UTF_8)))
                .isEqualTo(new BridgeMessage.Disconnect("s"));
        assertThat(messages.read("{\"method\":\"close_room\",\"room\":\"7\",\"namespace\":\"/\"}".getBytes(UTF_8)))
                .isEqualTo(new BridgeMessage.CloseRoom(java.util.Set.of(7L)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"namespace\":\"/chat\"} | OTHER_NAMESPACE",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"room\":\"staff\"} | NO_USER",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"room\":\"042\"} | NO_USER",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"room\":\"99999999999999999999\"} | NO_USER",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"room\":-7} | NO_USER",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"room\":{}} | INVALID",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"namespace\":7} | INVALID",
                "{\"method\":\"emit\",\"event\":\"\",\"data\":[]} | INVALID",
                "{\"method\":\"emit\",\"event\":\"connect_error\",\"data\":[]} | INVALID",
                "{\"method\":\"emit\",\"data\":[]} | INVALID",
                "{\"method\":\"emit\",\"event\":\"e\",\"binary\":true,\"data\":{}} | INVALID",
                "{\"method\":\"emit\",\"event\":\"e\",\"binary\":true,\"data\":[[],\"?\"]} | INVALID",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[{\"_placeholder\":true,\"num\":0}]} | INVALID",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[1e999]} | INVALID",
                "{\"method\":\"callback\",\"host_id\":\"x\"} | BETWEEN_SERVERS",
                "{\"method\":\"enter_room\",\"sid\":\"x\"} | BETWEEN_SERVERS",
                "{\"method\":\"reboot\"} | UNKNOWN_METHOD",
                "{\"method\":7} | INVALID",
                "{\"method\":\"close_room\"} | INVALID",
                "{\"method\":\"disconnect\"} | INVALID",
                "{\"method\":\"emit\",\"host_id\":\"follow-notify\"} | OUR_OWN",
                "{\"method\": | UNREADABLE",
                "{\"method\":\"emit\",\"event\":\"e\",\"data\":[NaN]} | UNREADABLE",
                "{} {} | UNREADABLE",
                "hello | UNREADABLE",
            })
    void saysWhyItTakesNothing(String message, Reason reason) {
        assertRefused(message.getBytes(UTF_8), reason);
    }

    @Test
    void refusesWhatIsTooLargeOrTooDeep() {
        assertRefused(json("null", "[\"" + "x".repeat(256 * 1024) + "\"]"), Reason.TOO_LARGE);
        assertRefused(json("null", "[".repeat(60_000) + "]".repeat(60_000)), Reason.TOO_DEEP);
        assertRefused(json("null", "[".repeat(66) + "]".repeat(66)), Reason.TOO_DEEP);
        assertThat(emit(json("null", "[".repeat(60) + "]".repeat(60))).users()).isNull();
    }

    /**
     * A hundred thousand lists in each other, a list that contains itself, and ten lists of ten lists of ten … lists.
     */
    @Test
    void refusesAPickleThatUnfoldsWithoutEnd() {
        byte[] nested = (")" + "\u0085".repeat(100_000)).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertRefused(emitOf(nested), Reason.TOO_DEEP);
        assertRefused(emitOf(PlainUnpicklerTest.hex("5d 7107 6807 61")), Reason.TOO_DEEP);

        ByteArrayOutputStream laughs = new ByteArrayOutputStream();
        laughs.writeBytes(PlainUnpicklerTest.hex("28 5d 7100"));
        for (int level = 1; level <= 30; level++) {
            laughs.writeBytes(PlainUnpicklerTest.hex("5d 71%02x 28".formatted(level)));
            for (int i = 0; i < 10; i++) {
                laughs.writeBytes(PlainUnpicklerTest.hex("68%02x".formatted(level - 1)));
            }
            laughs.write('e');
        }
        laughs.write('t');
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertRefused(emitOf(laughs.toByteArray()), Reason.TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8003 7d 2e", "8003 5d 2e", "8003 4e 2e", "8003 4b01 2e"})
    void refusesAPickleOfSomethingElse(String pickle) {
        assertRefused(PlainUnpicklerTest.hex(pickle), Reason.INVALID);
    }

    private BridgeMessage.Emit emit(byte[] message) {
        return (BridgeMessage.Emit) messages.read(message);
    }

    private String argumentsOf(byte[] message) {
        return new String(emit(message).arguments().json(), UTF_8);
    }

    private void assertRefused(byte[] message, Reason reason) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> messages.read(message))
                .extracting(RefusedException::reason)
                .isEqualTo(reason);
    }

    private static byte[] json(String room, String data) {
        return ("{\"method\":\"emit\",\"event\":\"news\",\"data\":%s,\"binary\":false,\"namespace\":\"/\",\"room\":%s,"
                        + "\"skip_sid\":null,\"callback\":null,\"host_id\":\"f00\"}")
                .formatted(data, room)
                .getBytes(UTF_8);
    }

    private static byte[] withField(String field) {
        return ("{\"method\":\"emit\",\"event\":\"news\",\"data\":[]," + field + "}").getBytes(UTF_8);
    }

    private static byte[] pickle(@Nullable Object data) throws IOException {
        Map<String, @Nullable Object> message = new LinkedHashMap<>();
        message.put("method", "emit");
        message.put("event", "news");
        message.put("data", data instanceof List<?> list ? Arrays.asList(list.toArray()) : data);
        message.put("namespace", "/");
        message.put("room", "42");
        return new Pickler().dumps(message);
    }

    /** A pickled emit whose data is what these instructions leave on the stack. */
    private static byte[] emitOf(byte[] data) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(PlainUnpicklerTest.hex("8003 7d 28 5806000000 6d6574686f64 5804000000 656d6974"
                + "5805000000 6576656e74 5804000000 6e657773 5804000000 64617461"));
        pickle.writeBytes(data);
        pickle.writeBytes(PlainUnpicklerTest.hex("75 2e"));
        return pickle.toByteArray();
    }
}
