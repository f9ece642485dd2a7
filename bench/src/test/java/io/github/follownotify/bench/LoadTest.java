package io.github.follownotify.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.TestServices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each mode against both services: what it counts adds up. */
class LoadTest {

    private static InProcess services;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServices() {
        services = new InProcess();
    }

    @AfterAll
    static void stopServices() {
        services.close();
    }

    @Test
    void aClosedLoopOfFollowsLosesNothing() {
        JsonNode values = run("follow", "--connections=4", "--warm-up=0.5", "--seconds=1", "--sockets=50");

        assertThat(values.get("accepted").asInt()).isPositive();
        assertNothingWentWrong(values);
        assertThat(values.get("memory_generator_mb").asDouble()).isPositive();
    }

    @Test
    void followsAtARateAreAsManyAsTheRateSays() {
        JsonNode values = run("follow", "--connections=4", "--rate=50", "--warm-up=0", "--seconds=1", "--sockets=50");

        assertThat(values.get("accepted").asInt()).isEqualTo(50);
        assertNothingWentWrong(values);
        assertThat(values.get("post_p50_ms").asDouble()).isPositive();
        assertThat(values.get("delivery_p99_ms").asDouble()).isPositive();
    }

    @Test
    void pushedEventsArriveOnceAndInOrder() {
        JsonNode values = run(
                "push", "--rate=200", "--warm-up=0", "--seconds=1", "--sockets=20", "--exchange=" + services.exchange);

        assertThat(values.get("published").asInt()).isEqualTo(200);
        assertNothingWentWrong(values);
    }

    @Test
    void pushingAsFastAsItGoesLosesNothing() {
        JsonNode values = run(
                "push",
                "--warm-up=0.2",
                "--seconds=0.5",
                "--under-way=500",
                "--sockets=20",
                "--exchange=" + services.exchange);

        assertThat(values.get("published").asInt()).isPositive();
        assertNothingWentWrong(values);
    }

    @Test
    void socketsAreOpenedHeldAndReplaced() {
        JsonNode values = run("connect", "--sockets=100", "--warm-up-sockets=0", "--churn=20");

        assertThat(values.get("refused").asInt()).isZero();
        assertThat(values.get("churn_refused").asInt()).isZero();
        assertThat(values.get("sockets_lost").asInt()).isZero();
        assertThat(values.get("rate").asDouble()).isPositive();
        assertThat(values.get("connect_p50_ms").asDouble()).isPositive();
    }

    private static void assertNothingWentWrong(JsonNode values) {
        for (String mistake : List.of("lost", "duplicated", "out_of_order", "foreign", "sockets_lost")) {
            assertThat(values.get(mistake).asInt()).as(mistake).isZero();
        }
    }

    private JsonNode run(String mode, String... more) {
        Broker broker = TestServices.broker();
        Path out = folder.resolve("run.json");
        List<String> arguments = new ArrayList<>(List.of(
                mode,
                "--api=" + services.api,
                "--socket=" + services.node,
                "--amqp=" + broker.uri(),
                "--secret=" + InProcess.SECRET,
                "--out=" + out));
        arguments.addAll(List.of(more));
        Bench.main(arguments.toArray(String[]::new));
        return JsonMapper.builder().build().readTree(out.toFile()).get("values");
    }
}
