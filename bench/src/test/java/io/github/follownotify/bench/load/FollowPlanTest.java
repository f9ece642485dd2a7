package io.github.follownotify.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FollowPlanTest {

    private static final int TARGETS = 7;

    private final FollowPlan plan = new FollowPlan(1000, 1, TARGETS);

    @Test
    void noPairComesTwice() {
        Set<String> pairs = new HashSet<>();

        while (plan.hasNext()) {
            long number = plan.take();
            pairs.add(plan.follower(number) + " " + plan.target(number));
        }

        assertThat(pairs).hasSize((int) plan.size());
    }

    @Test
    void aPairTellsItsNumber() {
        for (long number = 0; number < plan.size(); number++) {
            assertThat(plan.number(plan.follower(number), plan.targetIndex(number)))
                    .isEqualTo(number);
        }
    }

    @Test
    void somebodyElsesFollowerHasNoNumber() {
        assertThat(plan.number(999, 0)).isNegative();
        assertThat(plan.number(5000, 0)).isNegative();
    }
}
