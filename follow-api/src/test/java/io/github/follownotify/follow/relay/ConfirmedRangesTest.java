package io.github.follownotify.follow.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.relay.ConfirmedRanges.Range;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ConfirmedRangesTest {

    private final ConfirmedRanges ranges = new ConfirmedRanges();

    @Test
    void neighboursBecomeOneRange() {
        ranges.add(3);
        ranges.add(5);
        ranges.add(4);
        ranges.add(new Range(7, 9));
        ranges.add(new Range(8, 12));

        assertThat(ranges.ranges()).containsExactly(new Range(3, 5), new Range(7, 12));
    }

    @Test
    void advancesToTheFirstHole() {
        ranges.add(new Range(1, 4));
        ranges.add(new Range(6, 7));

        assertThat(ranges.advance(2)).isEqualTo(4);
        assertThat(ranges.advance(4)).isEqualTo(4);
        assertThat(ranges.advance(5)).isEqualTo(7);
        assertThat(ranges.isEmpty()).isTrue();
    }

    @Test
    void forgetsWhatLiesBelow() {
        ranges.add(new Range(1, 4));

        assertThat(ranges.advance(10)).isEqualTo(10);
        assertThat(ranges.isEmpty()).isTrue();
    }

    @Test
    void anyOrderAndOverlapEndsInOneRange() {
        List<Long> numbers = LongStream.rangeClosed(1, 500).boxed().collect(Collectors.toList());
        Collections.shuffle(numbers, new Random(7));

        numbers.forEach(seq -> ranges.add(new Range(seq, Math.min(500, seq + seq % 4))));

        assertThat(ranges.ranges()).containsExactly(new Range(1, 500));
    }
}
