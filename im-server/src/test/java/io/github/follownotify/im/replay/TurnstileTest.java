package io.github.follownotify.im.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnstileTest {

    @Test
    void letsTheNextInWhenOneLeavesInTheOrderOfTheLine() {
        Turnstile turnstile = new Turnstile(1, 10);
        List<String> inside = new ArrayList<>();
        turnstile.enter(() -> inside.add("a"));
        turnstile.enter(() -> inside.add("b"));
        turnstile.enter(() -> inside.add("c"));
        assertThat(inside).containsExactly("a");

        turnstile.leave();
        assertThat(inside).containsExactly("a", "b");
        turnstile.leave();

        assertThat(inside).containsExactly("a", "b", "c");
    }

    @Test
    void refusesWhoDoesNotFitIntoTheLine() {
        Turnstile turnstile = new Turnstile(1, 1);
        turnstile.enter(() -> {});

        assertThat(turnstile.enter(() -> {})).isTrue();
        assertThat(turnstile.enter(() -> {})).isFalse();
        assertThat(turnstile.waiting()).isEqualTo(1);
    }

    @Test
    void hasStackEnoughForALongLineOfWorkThatEndsAtOnce() {
        Turnstile turnstile = new Turnstile(1, 200_000);
        AtomicInteger done = new AtomicInteger();
        turnstile.enter(() -> {});
        for (int i = 0; i < 200_000; i++) {
            turnstile.enter(() -> {
                done.incrementAndGet();
                turnstile.leave();
            });
        }

        turnstile.leave();

        assertThat(done).hasValue(200_000);
    }

    @Test
    void leavesNobodyInLineUnderContention() throws InterruptedException {
        Turnstile turnstile = new Turnstile(3, 100_000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(40_000);
        ExecutorService others = Executors.newFixedThreadPool(4);
        for (int thread = 0; thread < 4; thread++) {
            others.execute(() -> {
                for (int i = 0; i < 10_000; i++) {
                    turnstile.enter(() -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        others.execute(() -> {
                            inside.decrementAndGet();
                            done.countDown();
                            turnstile.leave();
                        });
                    });
                }
            });
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        others.shutdownNow();
        assertThat(most).hasValueLessThanOrEqualTo(3);
        assertThat(turnstile.waiting()).isZero();
    }
}
