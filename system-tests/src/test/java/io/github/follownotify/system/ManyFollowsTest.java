package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.testservices.RealBrokerTest;
import io.github.follownotify.testservices.TestServices;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand follows from fifty users: each arrives exactly once at the connected device of the user it is about. */
class ManyFollowsTest {

    private static final int USERS = 50;
    private static final int FOLLOWS_PER_USER = 20;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<Device> devices = new ArrayList<>();

    @AfterEach
    void disconnect() {
        devices.forEach(Device::close);
    }

    @Test
    void arriveExactlyOnceEach() {
        try (Installation installation = Installation.start()) {
            connectAll(installation);

            followRounds(installation, 1, FOLLOWS_PER_USER);

            assertEverybodyLearnedOfAllFollowersOnce(FOLLOWS_PER_USER);
        }
    }

    @Test
    @RealBrokerTest
    void arriveExactlyOnceEachAlsoWhileTheBrokerIsStopped() {
        try (Installation installation = Installation.start(2, 1)) {
            connectAll(installation);

            followRounds(installation, 1, 7);
            TestServices.stopBroker();
            try {
                followRounds(installation, 8, 14);
                assertEverybodyLearnedOfAllFollowersOnce(14);
            } finally {
                TestServices.startBroker();
            }
            followRounds(installation, 15, FOLLOWS_PER_USER);

            assertEverybodyLearnedOfAllFollowersOnce(FOLLOWS_PER_USER);
        }
    }

    private void connectAll(Installation installation) {
        for (long user = 1; user <= USERS; user++) {
            devices.add(Device.of(user, installation.imServer()));
        }
    }

    /** In round r every user follows the r-th user after it, so that each user gets one follower per round. */
    private static void followRounds(Installation installation, int first, int last) {
        for (int round = first; round <= last; round++) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (long user = 1; user <= USERS; user++) {
                answers.add(installation.api().followLater(Users.token(user), after(user, round)));
            }
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(201));
        }
    }

    private void assertEverybodyLearnedOfAllFollowersOnce(int rounds) {
        for (int i = 0; i < USERS; i++) {
            Device device = devices.get(i);
            long user = i + 1L;
            List<Long> expected = LongStream.rangeClosed(1, rounds)
                    .mapToObj(round -> before(user, round))
                    .toList();

            await("notifications of user " + user).atMost(LIMIT).until(() -> new HashSet<>(device.followers())
                    .containsAll(expected));
            assertThat(device.followers()).containsExactlyElementsOf(expected);
        }
    }

    private static long after(long user, long round) {
        return (user - 1 + round) % USERS + 1;
    }

    private static long before(long user, long round) {
        return Math.floorMod(user - 1 - round, (long) USERS) + 1;
    }
}
