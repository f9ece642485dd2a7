package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.WriterConnection;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.stereotype.Component;

/**
 * Commits the changes of concurrent callers together: one thread takes everything in the queue, saves it in one
 * transaction and answers each caller. While one transaction is running the next batch gathers, so batches grow with
 * the load and nobody waits for a timer.
 *
 * <p>{@link LogTransaction} describes one transaction. A change that the database refuses fails alone: its batch is
 * rolled back and each of its changes is retried in a transaction of its own.
 */
@Component
public class LogWriter implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);

    /** Starts before the web server and ends after it. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

    private static final long KEEP_ALIVE_MILLIS = 1_000;
    private static final int ATTEMPTS = 3;

    private final LogTransaction transaction;
    private final WriterConnection connection;
    private final WriterSettings settings;
    private final ApplicationEventPublisher listeners;
    private final BlockingQueue<WaitingChange<?>> queue;
    private final Deadline deadline;
    private final DistributionSummary batchSizes;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    LogWriter(
            WriterConnection connection,
            WriterSettings settings,
            ApplicationEventPublisher listeners,
            MeterRegistry metrics) {
        this.transaction = new LogTransaction(connection);
        this.connection = connection;
        this.settings = settings;
        this.listeners = listeners;
        this.queue = new LinkedBlockingQueue<>(settings.queue());
        this.deadline = new Deadline(settings.timeout());
        metrics.gaugeCollectionSize("follow.writer.queue", List.of(), queue);
        this.batchSizes = DistributionSummary.builder("follow.writer.batch")
                .description("Changes committed in one transaction")
                .register(metrics);
    }

    /**
     * Makes a change, together with those of other callers, and waits until it is committed.
     *
     * @return whether it changed anything
     * @throws TransientDataAccessResourceException when the queue is full, or the change was not saved in time; in the
     *     latter case it may still be saved later
     * @throws DataAccessException when the database refused it or can't be used
     */
    public <C> boolean write(BatchedChanges<C> kind, C change) {
        WaitingChange<C> waiting = new WaitingChange<>(kind, change);
        if (stopping || !queue.offer(waiting)) {
            throw new TransientDataAccessResourceException("the queue of changes is full");
        }
        deadline.watch(waiting);
        if (thread == null) {
            // Stopped in the meantime, or never started: nobody else would answer.
            waiting.fail(new TransientDataAccessResourceException("the service is stopping"));
        }
        return waiting.await();
    }

    @Override
    public void start() {
        stopping = false;
        deadline.start();
        Thread writer = new Thread(this::run, "log-writer");
        writer.setDaemon(true);
        thread = writer;
        writer.start();
    }

    @Override
    public void stop() {
        Thread writer = thread;
        stopping = true;
        if (writer == null) {
            return;
        }
        // An idle writer would notice with its next keep-alive.
        boolean unused = queue.offer(WaitingChange.abandoned());
        try {
            writer.join(settings.timeout().toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        // In this order: a change that is queued at this moment is failed by one of the two.
        thread = null;
        deadline.stop();
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void run() {
        List<WaitingChange<?>> batch = new ArrayList<>();
        while (!stopping || !queue.isEmpty()) {
            try {
                WaitingChange<?> first = queue.poll(stopping ? 0 : KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    connection.keepAlive();
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, settings.batchSize() - 1);
                commit(batch);
            } catch (InterruptedException stopped) {
                stopping = true;
            } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
                // If one error ended the writer, the process would go on but refuse every change.
                log.error("event=writer_failed", failure);
                connection.close();
                batch.forEach(waiting -> waiting.fail(
                        new TransientDataAccessResourceException("the change could not be saved", failure)));
            }
            batch.clear();
        }
        connection.close();
    }

    private void commit(List<WaitingChange<?>> batch) {
        Committed inDoubt = null;
        for (int attempt = 1; ; attempt++) {
            if (inDoubt == null) {
                batch.removeIf(WaitingChange::isAnswered);
            }
            if (batch.isEmpty()) {
                return;
            }
            try {
                committed(batch, transaction.commit(batch, inDoubt));
                return;
            } catch (DataIntegrityViolationException refused) {
                transaction.rollback();
                refused(batch, refused);
                return;
            } catch (LogTransaction.InDoubtException unanswered) {
                inDoubt = unanswered.changes();
                connection.close();
                failAfter(attempt, batch, unanswered.failure());
            } catch (DataAccessException failure) {
                // A new connection shows whether the fault lies in the batch or in the old connection.
                connection.close();
                failAfter(failure instanceof CannotGetJdbcConnectionException ? ATTEMPTS : attempt, batch, failure);
            }
        }
    }

    private void committed(List<WaitingChange<?>> batch, Committed committed) {
        batchSizes.record(batch.size());
        if (!committed.events().isEmpty()) {
            listeners.publishEvent(new EventsCommitted(committed.events()));
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).complete(committed.changed().get(i));
        }
    }

    private void refused(List<WaitingChange<?>> batch, DataIntegrityViolationException refusal) {
        if (batch.size() == 1) {
            batch.get(0).fail(refusal);
        } else {
            List.copyOf(batch).forEach(alone -> commit(new ArrayList<>(List.of(alone))));
        }
    }

    private static void failAfter(int attempt, List<WaitingChange<?>> batch, DataAccessException failure) {
        if (attempt >= ATTEMPTS) {
            batch.forEach(waiting -> waiting.fail(failure));
            batch.clear();
        } else {
            log.debug("event=batch_failed attempt={} changes={}", attempt, batch.size(), failure);
        }
    }
}
