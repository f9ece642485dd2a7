package io.github.follownotify.follow.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.follownotify.follow.database.Sql;
import io.github.follownotify.follow.database.WriterConnection;
import io.github.follownotify.follow.notification.BatchedChanges.Outcome;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Many callers, one transaction: each gets what it would have got alone. */
class LogWriterTest {

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final List<LoggedEvent> told = new CopyOnWriteArrayList<>();
    private final List<LogWriter> writers = new ArrayList<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Database database;
    private JdbcClient sql;

    @BeforeEach
    void open() {
        database = TestServices.database();
        DriverManagerDataSource connections =
                new DriverManagerDataSource(database.url(), database.username(), database.password());
        Flyway.configure().dataSource(connections).load().migrate();
        sql = JdbcClient.create(connections);
    }

    @AfterEach
    void close() {
        writers.forEach(LogWriter::stop);
        callers.shutdownNow();
        database.close();
    }

    @Test
    void numbersFollowEachOtherAndListenersAreToldBeforeTheCaller() {
        LogWriter writer = writer();

        assertThat(writer.write(notifying(42), 1L)).isTrue();
        assertThat(told).extracting(LoggedEvent::seq).containsExactly(1L);
        assertThat(writer.write(notifying(42), 2L)).isTrue();

        assertThat(told).extracting(LoggedEvent::seq).containsExactly(1L, 2L);
        assertThat(seqs()).containsExactly(1L, 2L);
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void whatWaitsIsCommittedTogether() throws Exception {
        LogWriter writer = writer();
        HeldChange held = hold(writer);
        List<CompletableFuture<Boolean>> others = IntStream.range(0, 30)
                .mapToObj(i -> submit(writer, notifying(43)))
                .toList();
        awaitWaiting(30);
        held.goOn().countDown();

        assertThat(held.answer().get()).isTrue();
        for (CompletableFuture<Boolean> other : others) {
            assertThat(other.get()).isTrue();
        }
        assertThat(seqs())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 31).boxed().toList());
        assertThat(metrics.get("follow.writer.batch").summary().max()).isGreaterThan(1);
    }

    @Test
    void changeThatTheDatabaseRefusesFailsAlone() throws Exception {
        LogWriter writer = writer();
        HeldChange held = hold(writer);
        BatchedChanges<Long> oneIsTooLong =
                new Kind(rows -> {}, change -> notification(43, change == 5 ? "x".repeat(8001) : "{}"));
        List<CompletableFuture<Boolean>> others = LongStream.range(0, 10)
                .mapToObj(change -> submit(writer, oneIsTooLong, change))
                .toList();
        awaitWaiting(10);
        held.goOn().countDown();

        assertThat(held.answer().get()).isTrue();
        for (int i = 0; i < 10; i++) {
            if (i == 5) {
                assertThatThrownBy(others.get(i)::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(DataIntegrityViolationException.class);
            } else {
                assertThat(others.get(i).get()).isTrue();
            }
        }
        assertThat(seqs())
                .as("the refused one has left no hole")
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    }

    @Test
    void changesThatNeedNoReadingAreSavedWithoutReading() {
        assumeThat(database.real()).as("a server that takes several statements").isTrue();
        LogWriter writer = writer();
        Once once = new Once();

        assertThat(writer.write(once, 1L)).isTrue();
        assertThat(writer.write(once, 2L)).isTrue();

        assertThat(once.decidedAfterReading).isEmpty();
        assertThat(told).extracting(LoggedEvent::seq).containsExactly(1L, 2L);
        assertThat(told).extracting(LoggedEvent::id).containsExactlyElementsOf(ids());
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void changesThatWereDecidedOnAWrongAssumptionAreDecidedAgain() throws Exception {
        assumeThat(database.real()).as("a server that takes several statements").isTrue();
        LogWriter writer = writer();
        Once once = new Once();
        writer.write(once, 1L);
        HeldChange held = hold(writer);
        List<CompletableFuture<Boolean>> others = LongStream.of(3, 1, 4)
                .mapToObj(change -> submit(writer, once, change))
                .toList();
        awaitWaiting(3);
        held.goOn().countDown();

        assertThat(held.answer().get()).isTrue();
        assertThat(others.stream().map(CompletableFuture::join)).containsExactly(true, false, true);
        assertThat(once.decidedAfterReading).containsExactlyInAnyOrder(3L, 1L, 4L);
        assertThat(seqs()).as("the refused attempt has left no hole").containsExactly(1L, 2L, 3L, 4L);
        assertThat(told).extracting(LoggedEvent::id).containsExactlyElementsOf(ids());
        assertThat(head()).isEqualTo(4);
    }

    @Test
    void aFewTransactionsReadFirstAfterAWrongAssumption() {
        assumeThat(database.real()).as("a server that takes several statements").isTrue();
        LogWriter writer = writer();
        Once once = new Once();
        writer.write(once, 1L);

        for (long change = 1; change <= 10; change++) {
            assertThat(writer.write(once, change)).isEqualTo(change > 1);
        }

        assertThat(once.decidedAfterReading).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void optimisticReplicasNeitherRepeatNorSkipANumber() {
        assumeThat(database.real()).as("a server that takes several statements").isTrue();
        List<LogWriter> replicas = List.of(writer(), writer());
        Once once = new Once();

        List<CompletableFuture<Boolean>> all = IntStream.range(0, 400)
                .mapToObj(i -> submit(replicas.get(i % 2), once, 1L + i / 4))
                .toList();

        assertThat(all.stream().filter(CompletableFuture::join)).hasSize(100);
        assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 100).boxed().toList());
        assertThat(told).extracting(LoggedEvent::seq).doesNotHaveDuplicates().hasSize(100);
    }

    @Test
    void twoReplicasGiveNoNumberTwiceAndLeaveNone() {
        List<LogWriter> replicas = List.of(writer(), writer());

        List<CompletableFuture<Boolean>> all = IntStream.range(0, 200)
                .mapToObj(i -> submit(replicas.get(i % 2), notifying(42)))
                .toList();
        all.forEach(CompletableFuture::join);

        assertThat(seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 200).boxed().toList());
        assertThat(told).extracting(LoggedEvent::seq).doesNotHaveDuplicates().hasSize(200);
    }

    @Test
    void callersBeyondTheQueueAndBeyondTheTimeAreRefused() throws Exception {
        LogWriter writer = writer(new WriterSettings(1, 1, Duration.ofMillis(500)));
        HeldChange held = hold(writer);
        assertThatThrownBy(held.answer()::get).hasCauseInstanceOf(TransientDataAccessResourceException.class);

        CompletableFuture<Boolean> waiting = submit(writer, notifying(42));
        awaitWaiting(1);
        assertThatThrownBy(() -> writer.write(notifying(42), 1L))
                .isInstanceOf(TransientDataAccessResourceException.class)
                .hasMessageContaining("queue of changes is full");
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(TransientDataAccessResourceException.class);
        held.goOn().countDown();
    }

    @Test
    void callersAreRefusedInTimeAfterARestart() throws Exception {
        LogWriter writer = writer(new WriterSettings(1, 100, Duration.ofMillis(500)));
        for (int i = 0; i < 5; i++) {
            writer.stop();
            writer.start();
        }
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().executeQuery("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE");

            List<CompletableFuture<Boolean>> late = IntStream.range(0, 20)
                    .mapToObj(i -> submit(writer, notifying(42)))
                    .toList();

            assertThat(late).allSatisfy(answer -> assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TransientDataAccessResourceException.class));
            other.rollback();
        }
    }

    @Test
    void callersOfAWriterThatIsNotRunningAreRefused() {
        LogWriter stopped = writer(new WriterSettings(1, 100, Duration.ofSeconds(20)));
        stopped.stop();

        assertThatThrownBy(() -> stopped.write(notifying(42), 1L))
                .isInstanceOf(TransientDataAccessResourceException.class);
    }

    @Test
    void connectionThatTheServerEndedIsReplaced() {
        assumeThat(database.real()).as("a server that can end a session").isTrue();
        AtomicInteger calls = new AtomicInteger();
        LogWriter writer = writer();

        boolean changed = writer.write(
                notifying(42, rows -> {
                    if (calls.incrementAndGet() == 1) {
                        endSession(rows);
                    }
                }),
                1L);

        assertThat(changed).isTrue();
        assertThat(calls).hasValue(2);
        assertThat(seqs()).containsExactly(1L);
    }

    /** As a process that is stopped by its scheduler, or whose host is lost, in the middle of a transaction. */
    @Test
    void frozenReplicaHoldsTheLogForSecondsOnly() {
        assumeThat(database.real()).as("a server with sessions").isTrue();
        LogWriter writer = writer();
        try (WriterConnection frozen = new WriterConnection(database.url(), database.username(), database.password())) {
            List<List<long[]>> read = frozen.read(
                    List.of("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE", "SELECT @@SESSION.wait_timeout"));
            assertThat(read.get(1).get(0)[0])
                    .as("seconds after which the server ends it")
                    .isLessThanOrEqualTo(4);
            long start = System.nanoTime();

            assertThat(writer.write(notifying(42), 1L)).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void stoppingFinishesWhatWaits() {
        LogWriter writer = writer(new WriterSettings(2, 5000, Duration.ofSeconds(20)));
        List<CompletableFuture<Boolean>> all = IntStream.range(0, 20)
                .mapToObj(i -> submit(writer, notifying(42)))
                .toList();
        all.get(0).join();

        writer.stop();

        long saved = seqs().size();
        assertThat(all.stream()
                        .filter(answer -> answer.handle((changed, refusal) -> refusal == null && changed)
                                .join())
                        .count())
                .isEqualTo(saved);
        assertThatThrownBy(() -> writer.write(notifying(42), 1L))
                .isInstanceOf(TransientDataAccessResourceException.class);
    }

    /** As a server that is restarted in the middle of a transaction. */
    private void endSession(List<long[]> rows) {
        sql.sql("KILL " + rows.get(0)[0]).update();
    }

    private LogWriter writer() {
        return writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));
    }

    private LogWriter writer(WriterSettings settings) {
        ApplicationEventPublisher listeners = event -> told.addAll(((EventsCommitted) event).events());
        LogWriter writer = new LogWriter(
                new WriterConnection(database.url(), database.username(), database.password()),
                settings,
                listeners,
                metrics);
        writer.start();
        writers.add(writer);
        return writer;
    }

    private CompletableFuture<Boolean> submit(LogWriter writer, BatchedChanges<Long> kind) {
        return submit(writer, kind, 1L);
    }

    private CompletableFuture<Boolean> submit(LogWriter writer, BatchedChanges<Long> kind, long change) {
        return CompletableFuture.supplyAsync(() -> writer.write(kind, change), callers);
    }

    /** Begins a transaction that does not end until it is told to, so that everything written meanwhile waits. */
    private HeldChange hold(LogWriter writer) throws InterruptedException {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> answer = submit(writer, notifying(42, rows -> {
            underWay.countDown();
            await(goOn);
        }));
        underWay.await();
        return new HeldChange(answer, goOn);
    }

    private record HeldChange(CompletableFuture<Boolean> answer, CountDownLatch goOn) {}

    private void awaitWaiting(int changes) {
        org.awaitility.Awaitility.await()
                .until(() -> metrics.get("follow.writer.queue").gauge().value() >= changes);
    }

    private BatchedChanges<Long> notifying(long recipient) {
        return notifying(recipient, rows -> {});
    }

    /** @param between what happens between the lock and the commit; gets the session's id */
    private BatchedChanges<Long> notifying(long recipient, Consumer<List<long[]>> between) {
        return new Kind(between, change -> notification(recipient, "{}"));
    }

    private static NewNotification notification(long recipient, String data) {
        return new NewNotification(UUID.randomUUID(), recipient, "following notify", data, null, Instant.now());
    }

    /** Changes that each add a notification and nothing else. */
    private final class Kind implements BatchedChanges<Long> {

        private final Consumer<List<long[]>> between;
        private final LongFunction<NewNotification> notification;

        Kind(Consumer<List<long[]>> between, LongFunction<NewNotification> notification) {
            this.between = between;
            this.notification = notification;
        }

        @Override
        public String query(List<Long> changes) {
            return database.real() ? "SELECT CONNECTION_ID()" : "SELECT 1";
        }

        @Override
        public Decision decide(List<Long> changes, List<long[]> rows) {
            between.accept(rows);
            return new Decision(
                    changes.stream()
                            .map(change -> new Outcome(true, notification.apply(change)))
                            .toList(),
                    List.of());
        }
    }

    /** Each change succeeds once; a unique key enforces it. */
    private static final class Once implements BatchedChanges<Long> {

        private final List<Long> decidedAfterReading = new CopyOnWriteArrayList<>();

        @Override
        public Decision decideOptimistically(List<Long> changes) {
            return decided(changes, Set.of());
        }

        @Override
        public String query(List<Long> changes) {
            return "SELECT target_id FROM following WHERE follower_id = 1";
        }

        @Override
        public Decision decide(List<Long> changes, List<long[]> rows) {
            decidedAfterReading.addAll(changes);
            return decided(changes, rows.stream().map(row -> row[0]).collect(Collectors.toSet()));
        }

        private static Decision decided(List<Long> changes, Set<Long> before) {
            Set<Long> known = new HashSet<>(before);
            List<Long> begun = new ArrayList<>();
            List<Outcome> outcomes = new ArrayList<>();
            for (Long change : changes) {
                boolean isNew = known.add(change);
                outcomes.add(isNew ? new Outcome(true, notification(change, "{}")) : Outcome.UNCHANGED);
                if (isNew) {
                    begun.add(change);
                }
            }
            List<Sql> statements = begun.isEmpty()
                    ? List.of()
                    : List.of(Sql.insert(
                            "following (follower_id, target_id, created_at)",
                            begun.stream()
                                    .map(change -> List.of(1L, change, 0L))
                                    .toList()));
            return new Decision(outcomes, statements);
        }
    }

    private List<UUID> ids() {
        return sql.sql("SELECT event_id FROM notification ORDER BY seq")
                .query((row, number) -> LoggedEvent.idOf(row))
                .list();
    }

    private List<Long> seqs() {
        return sql.sql("SELECT seq FROM notification ORDER BY seq")
                .query(Long.class)
                .list();
    }

    private long head() {
        return sql.sql("SELECT last_seq FROM log_head").query(Long.class).single();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
