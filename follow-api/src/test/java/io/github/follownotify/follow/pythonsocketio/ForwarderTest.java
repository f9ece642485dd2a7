package io.github.follownotify.follow.pythonsocketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.notification.TestLog;
import io.github.follownotify.testservices.FaultProxy;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a destination promises, whichever it is: subclasses bring the server and a listener on it. */
@ExtendWith(OutputCaptureExtension.class)
abstract class ForwarderTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private TestLog log;
    private FaultProxy proxy;

    /** Where the server is. */
    abstract String host();

    abstract int port();

    /** A destination behind a port of this machine that leads to the server. */
    abstract Destination destination(int port);

    /** Lets a listener hear what is published, or hear nothing any more. */
    abstract void listen(boolean on) throws Exception;

    /** Ends the listener, and removes what it made on the server. */
    abstract void closeListener() throws Exception;

    final void heard(byte[] message) {
        received.add(JSON.readTree(message));
    }

    @BeforeEach
    final void openLog() throws Exception {
        log = new TestLog();
        proxy = new FaultProxy(host(), port());
        listen(true);
    }

    @AfterEach
    final void close() throws Exception {
        replicas.forEach(Replica::close);
        closeListener();
        proxy.close();
        log.close();
    }

    @Test
    void publishesInOrderWhatAnyReplicaCommits() {
        started("only");

        log.append(250, 42);

        awaitSeqs(1, 250);
        JsonNode message = received.get(0);
        assertThat(message.get("method").asString()).isEqualTo("emit");
        assertThat(message.get("event").asString()).isEqualTo("following notify");
        assertThat(message.get("namespace").asString()).isEqualTo("/");
        assertThat(message.get("room").asString()).isEqualTo("42");
    }

    @Test
    void beginsAtTheHeadOfTheMomentAndGoesOnWhereItStopped() {
        log.append(5, 42);
        Replica replica = started("first");
        log.append(3, 42);
        awaitSeqs(6, 8);

        replica.close();
        log.append(2, 42);
        started("second");

        awaitSeqs(6, 10);
    }

    @Test
    void ownEventsDoNotWaitForTheNextLook() {
        Replica replica = started("only");
        log.append(1, 42);

        replica.forwarder.wake();

        awaitSeqs(1, 1);
    }

    @Test
    void oneOfTwoReplicasPublishesAndTheOtherTakesOver() {
        Replica first = started("first");
        Replica second = started("second");
        log.append(20, 42);
        awaitSeqs(1, 20);
        eventually().until(() -> first.count("published") + second.count("published") == 20);

        first.freeze();
        log.sql.sql("UPDATE destination SET lease_until = 0").update();
        log.append(20, 42);

        awaitSeqs(1, 40);
    }

    @Test
    void waitsInTheLogWhileTheServerIsAway(CapturedOutput output) {
        Replica replica = started("only");
        log.append(3, 42);
        awaitSeqs(1, 3);
        // The answer to what was published comes back through the proxy, too.
        eventually().until(() -> replica.count("published") == 3);

        proxy.cut();
        log.append(120, 42);
        eventually().until(() -> replica.failures("link") >= 2);
        proxy.restore();

        awaitSeqs(1, 123);
        assertThat(output).containsOnlyOnce("event=destination_unreachable");
        eventually().until(() -> output.getAll().contains("event=destination_reached"));
    }

    @Test
    void startsWhileTheServerIsAway() {
        proxy.cut();
        Replica replica = started("only");
        log.append(2, 42);
        eventually().until(() -> replica.failures("link") >= 1);

        proxy.restore();

        awaitSeqs(1, 2);
    }

    @Test
    void replicaThatCannotReachTheServerLeavesItToAnother() {
        Replica cutOff = started("cut off");
        proxy.cut();
        replicas.add(new Replica("other", log, destination(port())).start());

        log.append(5, 42);

        awaitSeqs(1, 5);
        assertThat(cutOff.count("published")).isZero();
    }

    @Test
    void waitsInTheLogWhileNobodyListens(CapturedOutput output) throws Exception {
        Replica replica = started("only");
        log.append(3, 42);
        awaitSeqs(1, 3);

        listen(false);
        log.append(120, 42);
        eventually().until(() -> replica.count("undelivered") >= 2);
        assertThat(replica.lag()).isEqualTo(120);
        listen(true);

        awaitSeqs(1, 123);
        eventually().until(() -> replica.lag() == 0);
        assertThat(output).containsOnlyOnce("event=nobody_listens");
        assertThat(replica.count("published")).isEqualTo(123);
    }

    @Test
    void goesOnWithWhatIsThereWhenTheLogWasTrimmed(CapturedOutput output) throws Exception {
        Replica replica = started("only");
        log.append(2, 42);
        awaitSeqs(1, 2);
        listen(false);
        log.append(10, 42);
        eventually().until(() -> replica.count("undelivered") >= 1);

        log.trimUpTo(7);
        // By then it no longer has an event in hand that is gone.
        eventually().until(() -> replica.lag() == 5);
        listen(true);

        eventually().untilAsserted(() -> assertThat(seqs()).containsExactly(1L, 2L, 8L, 9L, 10L, 11L, 12L));
        assertThat(output).containsOnlyOnce("event=log_trimmed destination=").contains("seq=2 continues_after=7");
    }

    @Test
    void saysOnceThatEverythingBehindWasTrimmed(CapturedOutput output) throws Exception {
        Replica replica = started("only");
        listen(false);
        log.append(5, 42);
        eventually().until(() -> replica.count("undelivered") >= 1);

        log.trimUpTo(5);
        eventually().until(() -> replica.lag() == 0);
        listen(true);
        log.append(1, 42);

        awaitSeqs(6, 6);
        assertThat(output).containsOnlyOnce("event=log_trimmed destination=");
    }

    @Test
    void publishesTheNewHistoryOfADatabaseThatLostCommits(CapturedOutput output) throws Exception {
        Replica replica = started("only");
        log.append(2, 42);
        awaitSeqs(1, 2);
        log.append(4, 42);
        awaitSeqs(1, 6);
        replica.close();

        log.loseEverythingAfter(2);
        List<LoggedEvent> again = later(log.append(3, 42));
        started("next");

        eventually().untilAsserted(() -> assertThat(seqs()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 3L, 4L, 5L));
        assertThat(output).containsOnlyOnce("event=history_changed").contains("continues_after=2");
        // The position is saved after the server has the events.
        eventually().untilAsserted(() -> assertThat(log.sql
                        .sql("SELECT event_id FROM destination")
                        .query((row, number) -> LoggedEvent.idOf(row))
                        .single())
                .isEqualTo(again.get(2).id()));
    }

    @Test
    void rowThatWasDeletedIsMadeAnewAtTheHead() {
        started("only");
        log.append(2, 42);
        awaitSeqs(1, 2);

        log.sql.sql("DELETE FROM destination").update();
        eventually()
                .until(() -> log.sql
                                .sql("SELECT COUNT(*) FROM destination WHERE seq = 2")
                                .query(Long.class)
                                .single()
                        == 1);
        log.append(1, 42);

        awaitSeqs(1, 3);
    }

    @Test
    void stoppedReplicaGivesItsLeaseBack() {
        Replica replica = started("only");
        log.append(1, 42);
        awaitSeqs(1, 1);

        replica.forwarder.stop();

        assertThat(replica.forwarder.isRunning()).isFalse();
        eventually()
                .until(() -> log.sql
                                .sql("SELECT COUNT(*) FROM destination WHERE owner IS NULL")
                                .query(Long.class)
                                .single()
                        == 1);
        replica.start();
        log.append(1, 42);
        awaitSeqs(1, 2);
    }

    @Test
    void countersAreThereFromTheStart() {
        MeterRegistry meters = started("only").meters;

        assertThat(List.of("published", "undelivered"))
                .allMatch(name ->
                        meters.get("follow.python.socketio." + name).counter().count() == 0);
        assertThat(List.of("link", "database", "internal"))
                .allMatch(reason -> meters.get("follow.python.socketio.failures")
                                .tag("reason", reason)
                                .counter()
                                .count()
                        == 0);
    }

    /** New events are younger than lost ones, also on a machine that does all this within a millisecond. */
    private List<LoggedEvent> later(List<LoggedEvent> events) {
        events.forEach(event -> log.sql
                .sql("UPDATE notification SET created_at = created_at + 1000 WHERE seq = ?")
                .param(event.seq())
                .update());
        return events;
    }

    private List<Long> seqs() {
        return received.stream()
                .map(message -> message.get("data").get("user_id").asLong())
                .toList();
    }

    private void awaitSeqs(long first, long last) {
        eventually().untilAsserted(() -> assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(first, last).boxed().toList()));
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
    }

    private Replica started(String owner) {
        Replica replica = new Replica(owner, log, destination(proxy.port()));
        replicas.add(replica);
        return replica.start();
    }
}
