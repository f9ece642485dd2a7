package io.github.follownotify.system.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.system.Tools;
import io.github.follownotify.system.harness.Harness.Settings;
import io.github.follownotify.system.harness.Ledger.Answer;
import io.github.follownotify.system.harness.Ledger.Follow;
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
 *     -Dharness.follows=200000 -Dharness.faults=200 -Dharness.devices=1000 -Dharness.per-second=250 -Dharness.seed=7
 * </pre>
 */
class HarnessTest {

    private static final Settings SHORT = new Settings(20_261_122, 7_500, 25, 110, 60);
    private static final Settings QUIET = new Settings(1, 0, 0, 11, 1);

    @TempDir
    private static Path folder;

    private static Cluster cluster;

    @BeforeAll
    static void startCluster() {
        Tools.requireServerPrograms(PrivateServers.areInstalled());
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
        try (Harness harness = new Harness(Settings.fromSystemProperties(SHORT), cluster)) {
            Ledger.Result result = harness.run();

            harness.report(result).write(Path.of("target", "harness", "report.html"));
            assertThat(result.acknowledged()).isPositive();
            assertThat(result).matches(Ledger.Result::isPerfect, "is perfect");
        }
    }

    @Test
    void databaseThatTakesNoWritesRefusesFollowsAndKeepsNothingOfThem() {
        try (Harness harness = new Harness(QUIET, cluster)) {
            harness.connectDevices();
            Follow follow = harness.newFollow(3);

            cluster.servers.readOnly(true);
            HttpResponse<String> refused = harness.follow(follow);
            cluster.servers.readOnly(false);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(refused.body()).contains("urn:follow-notify:problem:unavailable");
            assertThat(harness.follow(follow).statusCode())
                    .as("not saved before")
                    .isEqualTo(201);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> harness.ledger().result().delivered() > 0);
            assertThat(harness.ledger().result()).matches(Ledger.Result::isPerfect, "is perfect");
        }
    }

    /** A checker that cannot find anything would be content with everything. */
    @Test
    void noticesALossADuplicateAndAStranger() {
        try (Harness harness = new Harness(QUIET, cluster)) {
            harness.connectDevices();
            Follow follow = harness.newFollow(3);
            assertThat(harness.follow(follow).statusCode()).isEqualTo(201);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> harness.ledger().result().delivered() > 0);
            assertThat(harness.ledger().result()).matches(Ledger.Result::isPerfect, "is perfect");

            harness.ledger().attempted(new Follow(5, 3), 0, 0, Answer.ACKNOWLEDGED);
            cluster.publishLive(3, "{\"user_id\": " + follow.follower() + "}");
            cluster.publishLive(3, "{\"user_id\": 6}");

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> harness.ledger().result().unexpected() > 0);
            Ledger.Result result = harness.ledger().result();
            assertThat(result.lost()).isEqualTo(1);
            assertThat(result.duplicated()).isEqualTo(1);
            assertThat(result.unexpected()).isEqualTo(1);
            assertThat(result.isPerfect()).isFalse();
        }
    }
}
