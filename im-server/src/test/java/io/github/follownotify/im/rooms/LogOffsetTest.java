package io.github.follownotify.im.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogOffsetTest {

    private static final String ID = "5f3a9c01-0000-4000-8000-000000000000";

    @Test
    void printsTheNumberAndTheBeginningOfTheIdAndReadsThemBack() {
        LogOffset offset = new LogOffset(17, LogOffset.tagOf(ID));

        assertThat(offset).hasToString("17.5f3a9c01");
        assertThat(LogOffset.parse("17.5f3a9c01")).isEqualTo(offset);
    }

    @Test
    void keepsTheHighestBitOfTheTag() {
        LogOffset offset = new LogOffset(1, LogOffset.tagOf("ffffffff-0000-4000-8000-000000000000"));

        assertThat(offset).hasToString("1.ffffffff");
        assertThat(LogOffset.parse(offset.toString())).isEqualTo(offset);
    }

    @Test
    void understandsTheBareNumberThatEarlierVersionsGaveToClients() {
        assertThat(LogOffset.parse("17")).isEqualTo(LogOffset.unchecked(17));
        assertThat(LogOffset.parse(17)).isEqualTo(LogOffset.unchecked(17));
        assertThat(LogOffset.parse(17L)).isEqualTo(LogOffset.unchecked(17));
        assertThat(LogOffset.unchecked(17)).hasToString("17");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "17.",
                "17.5f3a9c0",
                "17.5f3a9c011",
                "17.5F3A9C01",
                ".5f3a9c01",
                "1e3",
                "0x11",
                "17 ",
                "9999999999999999999",
                "seventeen",
                "17.5f3a9c01.5f3a9c01"
            })
    void takesNothingElseForAnOffset(String text) {
        assertThat(LogOffset.parse(text)).isNull();
    }

    @Test
    void takesNoOtherTypeForAnOffset() {
        assertThat(LogOffset.parse(null)).isNull();
        assertThat(LogOffset.parse(-1)).isNull();
        assertThat(LogOffset.parse(1.5)).isNull();
        assertThat(LogOffset.parse(true)).isNull();
    }

    @Test
    void contradictsOnlyWhatItKnowsToBeDifferent() {
        LogOffset offset = new LogOffset(17, LogOffset.tagOf(ID));

        assertThat(offset.contradicts(LogOffset.tagOf("5f3a9c02-0000-4000-8000-000000000000")))
                .isTrue();
        assertThat(offset.contradicts(LogOffset.tagOf(ID))).isFalse();
        assertThat(offset.contradicts(LogOffset.tagOf("no uuid"))).isFalse();
        assertThat(offset.contradicts(LogOffset.tagOf(null))).isFalse();
        assertThat(LogOffset.unchecked(17).contradicts(LogOffset.tagOf(ID))).isFalse();
    }
}
