package io.github.follownotify.follow.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.follownotify.follow.database.WriterConnection;
import io.github.follownotify.follow.notification.BatchedChanges.Outcome;
import io.github.follownotify.testservices.Database;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongFunction;
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
        LogWriter writer = writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));

        assertThat(writer.write(notifying(42), 1L)).isTrue();
        assertThat(told).extracting(LoggedEvent::seq).containsExactly(1L);
        assertThat(writer.write(notifying(42), 2L)).isTrue();

        assertThat(told).extracting(LoggedEvent::seq).containsExactly(1L, 2L);
        assertThat(seqs()).containsExactly(1L, 2L);
        assertThat(head()).isEqualTo(2);
    }

    @Test
    void whatWaitsIsCommittedTogether() throws Exception {
        LogWriter writer = writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));
        CountDownLatch firstIsUnderWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> first = submit(writer, notifying(42, rows -> {
            firstIsUnderWay.countDown();
            await(goOn);
        }));
        firstIsUnderWay.await();
        List<CompletableFuture<Boolean>> others = IntStream.range(0, 30)
                .mapToObj(i -> submit(writer, notifying(43)))
                .toList();
        awaitWaiting(30);
        goOn.countDown();

        assertThat(first.get()).isTrue();
        for (CompletableFuture<Boolean> other : others) {
            assertThat(other.get()).isTrue();
        }
        assertThat(seqs())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 31).boxed().toList());
        assertThat(metrics.get("follow.writer.batch").summary().max()).isGreaterThan(1);
    }

    @Test
    void changeThatTheDatabaseRefusesFailsAlone() throws Exception {
        LogWriter writer = writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Boolean> before = submit(writer, notifying(42, rows -> {
            underWay.countDown();
            await(goOn);
        }));
        underWay.await();
        BatchedChanges<Long> oneIsTooLong =
                new Kind(rows -> {}, change -> notification(43, change == 5 ? "x".repeat(8001) : "{}"));
        List<CompletableFuture<Boolean>> others = LongStream.range(0, 10)
                .mapToObj(change -> CompletableFuture.supplyAsync(() -> writer.write(oneIsTooLong, change), callers))
                .toList();
        awaitWaiting(10);
        goOn.countDown();

        assertThat(before.get()).isTrue();
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
    void twoReplicasGiveNoNumberTwiceAndLeaveNone() {
        List<LogWriter> replicas = List.of(
                writer(new WriterSettings(256, 5000, Duration.ofSeconds(20))),
                writer(new WriterSettings(256, 5000, Duration.ofSeconds(20))));

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
        try (Connection other = database.connect()) {
            other.setAutoCommit(false);
            other.createStatement().executeQuery("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE");
            CompletableFuture<Boolean> late = submit(writer, notifying(42));
            assertThatThrownBy(late::get).hasCauseInstanceOf(TransientDataAccessResourceException.class);

            CompletableFuture<Boolean> waiting = submit(writer, notifying(42));
            awaitWaiting(1);
            assertThatThrownBy(() -> writer.write(notifying(42), 1L))
                    .isInstanceOf(TransientDataAccessResourceException.class)
                    .hasMessageContaining("queue of changes is full");
            assertThatThrownBy(waiting::get).hasCauseInstanceOf(TransientDataAccessResourceException.class);
            other.rollback();
        }
    }

    @Test
    void connectionThatTheServerEndedIsReplaced() {
        assumeThat(database.real()).as("a server that can end a session").isTrue();
        AtomicInteger calls = new AtomicInteger();
        LogWriter writer = writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));

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
        LogWriter writer = writer(new WriterSettings(256, 5000, Duration.ofSeconds(20)));
        try (WriterConnection frozen = new WriterConnection(database.url(), database.username(), database.password())) {
            frozen.read(List.of("SELECT last_seq FROM log_head WHERE id = 1 FOR UPDATE"));
            long start = System.nanoTime();

            assertThat(writer.write(notifying(42), 1L)).isTrue();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
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
                        .filter(answer -> !answer.isCompletedExceptionally() && answer.join())
                        .count())
                .isEqualTo(saved);
        assertThatThrownBy(() -> writer.write(notifying(42), 1L))
                .isInstanceOf(TransientDataAccessResourceException.class);
    }

    /** As a server that is restarted in the middle of a transaction. */
    private void endSession(List<long[]> rows) {
        sql.sql("KILL " + rows.get(0)[0]).update();
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
        return CompletableFuture.supplyAsync(() -> writer.write(kind, 1L), callers);
    }

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
