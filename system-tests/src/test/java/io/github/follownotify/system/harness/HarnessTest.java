package io.github.follownotify.system.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.system.Tools;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is lost, doubled or out of order while everything breaks. A short run by default; a long one by hand:
 *
 * <pre>
 * ./mvnw verify -pl system-tests -am -Dtest=HarnessTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dsurefire.timeout=7200 \
 *     -Dharness.follows=200000 -Dharness.faults=200 -Dharness.devices=1000 -Dharness.per-second=100 -Dharness.seed=7
 * </pre>
 */
class HarnessTest {

    /** Each kind of fault once. */
    private static final Settings SHORT = new Settings(20_261_122, 4_500, Fault.values().length, 110, 3, 60, false);

    private static final Settings QUIET = new Settings(1, 0, 0, 11, 0, 1, false);

    /** Mutants may never recover, so nothing waits for that. */
    private static final Settings BRIEF = new Settings(11, 200, 1, 22, 0, 60, true);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** For a loss to be seen; what is expected to arrive has more time. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(5);

    @TempDir
    private static Path folder;

    private static Cluster cluster;

    @BeforeAll
    static void startCluster() {
        Tools.requireServerPrograms(PrivateServers.areInstalled());
        Tools.requireProxies();
        Tools.requireNode();
        cluster = Cluster.start(folder);
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void losesDoublesAndReordersNothingWhileEverythingBreaks() {
        cluster.runAs();
        try (Harness harness = new Harness(Settings.fromSystemProperties(SHORT), cluster)) {
            Ledger.Result result = harness.run();

            Report report = harness.report(result);
            report.write(Path.of("target", "harness", "report.html"));
            assertThat(result.acknowledged()).isPositive();
            assertThat(result).matches(Ledger.Result::isPerfect, "is perfect");
            assertThat(report.startedAnew(Fault.SECRET_REPLACED)).isZero();
        }
    }

    @Test
    void databaseThatTakesNoWritesRefusesFollowsAndKeepsNothingOfThem() {
        cluster.runAs();
        try (Harness harness = new Harness(QUIET, cluster)) {
            harness.connectDevices();
            Follow follow = harness.newFollow(3);

            cluster.servers.database().readOnly(true);
            HttpResponse<String> refused = harness.follow(follow);
            cluster.servers.database().readOnly(false);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.body()).contains("urn:follow-notify:problem:unavailable");
            assertThat(harness.follow(follow).statusCode())
                    .as("not saved before")
                    .isEqualTo(201);
            await().atMost(LIMIT).until(() -> harness.ledger().result().delivered() > 0);
            assertThat(harness.ledger().result()).matches(Ledger.Result::isPerfect, "is perfect");
        }
    }

    /** Nodes find in the log what the broker never had, so it takes nodes that don't read it to miss the confirms. */
    @Test
    void noticesWhatIsLostWithoutConfirms() {
        cluster.runAs(Mutant.WITHOUT_LOG, Mutant.LOSING_CONNECTION);
        assertThat(runBriefly(Fault.API_UNHEARD_BY_BROKER, LIMIT))
                .matches(Ledger.Result::isPerfect, "is perfect with confirms");

        cluster.runAs(Mutant.WITHOUT_LOG, Mutant.LOSING_CONNECTION, Mutant.WITHOUT_CONFIRMS);
        Ledger.Result result = runBriefly(Fault.API_UNHEARD_BY_BROKER, LONG_ENOUGH);

        assertThat(result.lost()).isPositive();
        assertThat(result.isPerfect()).isFalse();
    }

    @Test
    void noticesWhatIsLostWithoutTheLog() {
        cluster.runAs(Mutant.WITHOUT_LOG);

        Ledger.Result result = runBriefly(Fault.NODE_QUEUE_DELETED, LONG_ENOUGH);

        assertThat(result.lost()).isPositive();
        assertThat(result.isPerfect()).isFalse();
    }

    @Test
    void noticesWhatIsDoubledWithoutDeduplication() {
        cluster.runAs(Mutant.REPEATING);
        assertThat(runBriefly(Fault.API_STALLED_FROM_BROKER, LIMIT))
                .matches(Ledger.Result::isPerfect, "is perfect with de-duplication");

        cluster.runAs(Mutant.REPEATING, Mutant.WITHOUT_DEDUPLICATION);
        Ledger.Result result = runBriefly(Fault.API_STALLED_FROM_BROKER, LIMIT);

        assertThat(result.lost()).isZero();
        assertThat(result.duplicated()).isPositive();
        assertThat(result.isPerfect()).isFalse();
    }

    @Test
    void noticesAStranger() {
        cluster.runAs();
        try (Harness harness = new Harness(QUIET, cluster)) {
            harness.connectDevices();

            cluster.publishLive(3, "{\"user_id\": 6}");

            await().atMost(LIMIT).until(() -> harness.ledger().result().unexpected() == 1);
            assertThat(harness.ledger().result().isPerfect()).isFalse();
        }
    }

    private static Ledger.Result runBriefly(Fault kind, Duration healingLimit) {
        try (Harness harness = new Harness(BRIEF, cluster, healingLimit, kind)) {
            Ledger.Result result = harness.run();
            harness.report(result);
            return result;
        }
    }
}
