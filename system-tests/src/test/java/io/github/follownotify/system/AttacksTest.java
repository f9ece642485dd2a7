package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.follownotify.testservices.RealBrokerTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After an attack both services are alive, and a user who has nothing to do with it is told of every follow. How long that
 * takes before, during and after it is printed. {@code -Dattacks.percent=100} attacks at full size, see
 * docs/guarantees.md.
 */
@RealBrokerTest
class AttacksTest {

    private static final int PERCENT = Integer.getInteger("attacks.percent", 5);
    private static final int FOLLOWS = Math.max(10, 2 * PERCENT);
    private static final long VICTIM = 42;

    private static Installation installation;
    private static Device device;
    private static long follower = 1_000;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start(1, 1);
        device = Device.of(VICTIM, installation.imServer());
        follow(FOLLOWS, () -> false);
    }

    @AfterAll
    static void stopEverything() {
        if (device != null) {
            device.close();
        }
        if (installation != null) {
            installation.close();
        }
    }

    static Stream<Arguments> attacks() {
        int api = installation.followApi().getPort();
        int sockets = installation.imServer().getPort();
        return Stream.of(
                attack("unfinished headers at follow-api", 5_700, count -> Attacks.unfinishedHeaders(api, count)),
                attack("unfinished headers at im-server", 6_700, count -> Attacks.unfinishedHeaders(sockets, count)),
                attack(
                        "unfinished headers at im-server's management port",
                        6_700,
                        count -> Attacks.unfinishedHeaders(
                                installation.nodes().get(0).managementPort(), count)),
                attack("follows at a byte a second", 1_000, count -> Attacks.slowBodies(api, count)),
                attack("handshakes", 20_000, count -> Attacks.handshakes(installation.imServer(), count)),
                attack(
                        "connects of one user with offsets beyond the head",
                        10_000,
                        count -> Attacks.connectsWithOffsetsBeyondTheHead(installation.imServer(), count)),
                attack(
                        "messages of 1 MB at the broker",
                        700,
                        count -> Attacks.bigMessages(installation.exchange(), count)),
                attack(
                        "malformed messages at the broker",
                        100_000,
                        count -> Attacks.malformedMessages(installation.exchange(), count)));
    }

    private static Arguments attack(String name, int most, IntConsumer attack) {
        return arguments(name, Math.max(1, most * PERCENT / 100), attack);
    }

    @ParameterizedTest(name = "{1} {0}")
    @MethodSource("attacks")
    void leavesOthersAlone(String name, int count, IntConsumer attack) {
        List<Double> before = follow(FOLLOWS, () -> false);
        CompletableFuture<Void> attacking = CompletableFuture.runAsync(() -> attack.accept(count));
        List<Double> during = follow(1, () -> !attacking.isDone());
        attacking.join();
        List<Double> after = follow(FOLLOWS, () -> false);

        System.out.printf(
                Locale.ROOT,
                "Attack: | %,d %s | %s | %s | %s |%n",
                count,
                name,
                quantiles(before),
                quantiles(during),
                quantiles(after));
        installation.followApiProcess().awaitReady();
        installation.imServerProcess(0).awaitReady();
        try (Device newcomer = Device.of(VICTIM + 1, installation.imServer())) {
            installation.api().follow(follower++, VICTIM + 1);
            Awaitility.await()
                    .atMost(Device.LIMIT)
                    .until(() -> newcomer.notifications().size() == 1);
        }
    }

    /** @return milliseconds from each POST to the device */
    private static List<Double> follow(int least, BooleanSupplier goesOn) {
        List<Double> millis = new ArrayList<>();
        while (millis.size() < least || goesOn.getAsBoolean()) {
            long next = follower++;
            int known = device.notifications().size();
            long began = System.nanoTime();
            assertThat(installation.api().follow(next, VICTIM).statusCode()).isEqualTo(201);
            Awaitility.await()
                    .atMost(Device.LIMIT)
                    .pollDelay(0, TimeUnit.MILLISECONDS)
                    .pollInterval(1, TimeUnit.MILLISECONDS)
                    .until(() -> device.notifications().size() > known);
            millis.add((System.nanoTime() - began) / 1e6);
            assertThat(device.followers()).last().isEqualTo(next);
        }
        return millis;
    }

    private static String quantiles(List<Double> millis) {
        Collections.sort(millis);
        return String.format(
                Locale.ROOT, "%.0f / %.0f ms", millis.get(millis.size() / 2), millis.get(millis.size() - 1));
    }
}
