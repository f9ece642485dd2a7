package io.github.follownotify.follow;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.follownotify.follow.NodeQueue.Event;
import io.github.follownotify.testservices.Broker;
import io.github.follownotify.testservices.FaultProxy;
import io.github.follownotify.testservices.TestServices;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Processes that are killed or frozen at the worst instants, beside one that lives. */
class HaltedProcessTest extends RunningFollowApi {

    private static final String EXCHANGE = TestServices.uniqueName("follow.test");

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final List<String> FAIL_POINTS =
            List.of("after-commit", "after-publish", "before-confirm", "after-confirm");

    /** Enough for the first follow of several processes that start at once. */
    private static final String WRITER_TIMEOUT = "15s";

    /** A short lease, because each replica that dies with it makes the others wait for its end. */
    private static final Map<String, String> SETTINGS = Map.of(
            "FOLLOW_RELAY_CONFIRMTIMEOUT", "1s",
            "FOLLOW_RELAY_LEASE", "3s",
            "FOLLOW_WRITER_TIMEOUT", WRITER_TIMEOUT);

    @Autowired
    private Environment environment;

    @TempDir
    private Path directory;

    private final List<ReplicaProcess> processes = new ArrayList<>();
    private final AtomicInteger committedWithoutAnswer = new AtomicInteger();
    private NodeQueue node;
    private long seqBefore;

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry registry) {
        TestServices.registerDatabase(registry);
        TestServices.registerBroker(registry);
        registry.add("follow.relay.exchange", () -> EXCHANGE);
        registry.add("follow.writer.timeout", () -> WRITER_TIMEOUT);
    }

    @BeforeEach
    void listen() throws Exception {
        assumeThat(environment.getRequiredProperty("spring.datasource.url"))
                .as("a database that two processes can share")
                .startsWith("jdbc:mysql:");
        seqBefore = lastSeq();
        node = new NodeQueue(EXCHANGE);
    }

    @AfterEach
    void end() throws IOException {
        processes.forEach(ReplicaProcess::close);
        if (node != null) {
            node.close();
        }
    }

    /** One process for each fail point, all on one database: whoever lives goes on where the last one died. */
    @Test
    void whateverTheInstantAtWhichOthersDieNothingIsLostDoubledOrReordered() throws Exception {
        Map<String, ReplicaProcess> dying = new LinkedHashMap<>();
        for (String failPoint : FAIL_POINTS) {
            dying.put(failPoint, start(failPoint, Map.of("FOLLOW_RELAY_FAILPOINT", failPoint)));
        }
        Map<ReplicaProcess, Integer> ports = new LinkedHashMap<>();
        dying.values().forEach(process -> ports.put(process, process.awaitPort()));
        Map<Long, List<Long>> followersByTarget = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            followersByTarget.put(newUser(), new ArrayList<>());
        }

        eventually().pollInterval(Duration.ofMillis(100)).until(() -> {
            followersByTarget.entrySet().stream()
                    .map(target -> CompletableFuture.runAsync(() -> {
                        target.getValue().add(followUntilAnswered(port, target.getKey()));
                        ports.entrySet().stream()
                                .filter(other -> other.getKey().isAlive())
                                .forEach(other ->
                                        target.getValue().add(followUntilAnswered(other.getValue(), target.getKey())));
                    }))
                    .toList()
                    .forEach(CompletableFuture::join);
            return processes.stream().noneMatch(ReplicaProcess::isAlive);
        });
        awaitEverythingHeard();

        dying.forEach((failPoint, process) -> {
            assertThat(process.exitValue()).as(failPoint).isEqualTo(137);
            assertThat(process.output()).contains("THIS PROCESS WILL KILL ITSELF", "event=fail_point_reached");
        });
        List<Event> delivered = node.inOrderWithoutRepeats();
        assertThat(delivered)
                .extracting(Event::seq)
                .as("contiguous numbers")
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(seqBefore + 1, lastSeq()).boxed().toList());
        assertThat(delivered.stream().collect(groupingBy(Event::recipient, mapping(Event::follower, toList()))))
                .as("every answered follow, once, in order")
                .isEqualTo(followersByTarget);
        assertThat(node.events().stream().collect(groupingBy(Event::seq, mapping(Event::id, toSet()))))
                .as("ids by number")
                .allSatisfy((seq, ids) -> assertThat(ids).hasSize(1));
        assertThat(node.events()).as("with repeats").hasSizeGreaterThan(delivered.size());
        assertThat(committedWithoutAnswer).hasPositiveValue();
    }

    /** Others publish for it meanwhile, and what it sends when it wakes is only a repeat. */
    @Test
    void replicaThatWasFrozenWhileItPublishedDoesNoHarmWhenItWakes() throws Exception {
        Broker broker = TestServices.broker();
        try (FaultProxy proxy = new FaultProxy(broker.host(), broker.port())) {
            ReplicaProcess frozen = start(
                    "frozen",
                    Map.of(
                            "SPRING_RABBITMQ_HOST",
                            "127.0.0.1",
                            "SPRING_RABBITMQ_PORT",
                            Integer.toString(proxy.port())));
            int frozenPort = frozen.awaitPort();
            long target = newUser();
            List<Long> followers = new ArrayList<>(List.of(followUntilAnswered(frozenPort, target)));
            awaitEverythingHeard();

            // What it publishes stays on the way until it is thawed.
            proxy.stall();
            eventually().during(Duration.ofMillis(200)).until(() -> {
                followers.add(followUntilAnswered(frozenPort, target));
                return waitingForConfirm();
            });
            frozen.freeze();
            long lastOfTheFrozen = lastSeq();
            followers.add(followUntilAnswered(port, target));
            awaitEverythingHeard();
            assertThat(node.events()).extracting(Event::seq).as("so far").doesNotHaveDuplicates();

            List<Long> cursor = new ArrayList<>();
            proxy.restore();
            frozen.thaw();
            followers.add(followUntilAnswered(frozenPort, target));
            eventually().until(() -> {
                cursor.add(confirmedSeq());
                return isEverythingHeard()
                        && node.events().size() > node.inOrderWithoutRepeats().size();
            });

            assertThat(cursor).isSorted();
            assertThat(node.inOrderWithoutRepeats()).extracting(Event::follower).isEqualTo(followers);
            List<Event> repeats = new ArrayList<>(node.events());
            node.inOrderWithoutRepeats().forEach(repeats::remove);
            assertThat(repeats)
                    .extracting(Event::seq)
                    .as("what the frozen owner had sent")
                    .allMatch(seq -> seq <= lastOfTheFrozen)
                    .doesNotHaveDuplicates();
        }
    }

    private ReplicaProcess start(String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.putAll(settings);
        ReplicaProcess process = new ReplicaProcess(environment, directory.resolve(name), all);
        processes.add(process);
        return process;
    }

    /** Follows as a new user; without an answer as a caller does, once more at the replica that lives. */
    private long followUntilAnswered(int itsPort, long target) {
        long follower = newUser();
        int status;
        try {
            status = followAt(itsPort, follower, target).statusCode();
        } catch (IllegalStateException noAnswer) {
            status = follow(follower, target).statusCode();
            if (status == 200) {
                committedWithoutAnswer.incrementAndGet();
            }
        }
        assertThat(status).isBetween(200, 201);
        return follower;
    }

    private void awaitEverythingHeard() {
        eventually().until(this::isEverythingHeard);
    }

    private boolean isEverythingHeard() {
        List<Event> heard = node.inOrderWithoutRepeats();
        return !heard.isEmpty() && heard.get(heard.size() - 1).seq() == lastSeq() && confirmedSeq() == lastSeq();
    }

    private boolean waitingForConfirm() {
        return sql.sql("SELECT r.confirmed_seq < h.last_seq FROM relay r JOIN log_head h ON h.id = r.id")
                .query(Boolean.class)
                .single();
    }

    private long lastSeq() {
        return sql.sql("SELECT last_seq FROM log_head").query(Long.class).single();
    }

    private long confirmedSeq() {
        return sql.sql("SELECT confirmed_seq FROM relay").query(Long.class).single();
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }
}
