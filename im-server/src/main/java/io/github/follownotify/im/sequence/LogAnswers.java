package io.github.follownotify.im.sequence;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.sequence.CatchUpRun.Reading;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * The log's side of the sequence: says when to read, and takes what was read. An answer to a catch-up that is over
 * changes nothing.
 */
final class LogAnswers {

    private final Lock lock;
    private final Delivery delivery;
    private final CatchUpSchedule schedule;
    private final StartGate gate;
    private final SequenceMetrics metrics;

    /** @param lock of the {@link EventSequence} */
    LogAnswers(Lock lock, Delivery delivery, CatchUpSchedule schedule, StartGate gate, SequenceMetrics metrics) {
        this.lock = lock;
        this.delivery = delivery;
        this.schedule = schedule;
        this.gate = gate;
        this.metrics = metrics;
    }

    /** Waits until the log must be read: at once when it was requested, after the hold when a seq is missing. */
    Reading awaitReading() throws InterruptedException {
        lock.lock();
        try {
            return schedule.awaitReading();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the head that a starting node has read from the log: everything up to it counts as delivered. */
    void onHead(Reading reading, LogOffset head) {
        lock.lock();
        try {
            if (schedule.current() != reading.run()) {
                return;
            }
            if (!delivery.knowsHead() || !gate.isOpen()) {
                if (gate.isOpen()) {
                    gate.missedSomething();
                }
                if (head.seq() >= delivery.delivered()) {
                    delivery.beginAfter(head);
                }
                delivery.deliverKept();
            }
            delivery.saw(head.seq());
            reading.run().completed(reading.read());
            schedule.onDelivered();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a page of the log.
     *
     * @param reading what was known before the page was asked for
     * @param page everything of the log after {@code reading.after()}, up to a limit
     * @param last whether the log had nothing more than this page when it was read
     * @return false when the page continues a different history from the one that this node has delivered; nothing is
     *     taken then
     */
    boolean onPage(Reading reading, LogPage page, boolean last) {
        lock.lock();
        try {
            CatchUpRun run = reading.run();
            if (schedule.current() != run) {
                return true;
            }
            if (page.head() < reading.after()
                    || delivery.contradicts(new LogOffset(reading.after(), page.afterTag()))) {
                return false;
            }
            if (delivery.delivered() < page.oldestSeq() - 1) {
                metrics.logTrimmed(delivery.delivered() + 1, page.oldestSeq() - 1);
                delivery.skipTrimmedTo(page.oldestSeq() - 1);
            }
            for (RoomEvent event : page.events()) {
                if (event.seq() > delivery.delivered()) {
                    delivery.deliver(event);
                    run.delivered++;
                }
            }
            if (reading.highestSeen() > page.head()) {
                // An event gets its seq from the log before it is published: this message was forged.
                metrics.seqBeyondLog(reading.highestSeen(), page.head());
                delivery.forged(reading.highestSeen(), page.head());
            }
            if (last) {
                // What was known before the read and is not in it has been removed from the log.
                delivery.skipTo(Math.min(reading.highestSeen(), page.head()));
            }
            if (run.readsCompleted < reading.read()) {
                run.completed(reading.read());
                delivery.saw(page.head());
            }
            if (!run.isInDoubt()) {
                delivery.deliverKept();
            }
            schedule.onDelivered();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The log has a different history from the one that this node has delivered: the database failed over to a replica
     * that was behind, or was restored. Every client reconnects: what the new history has is delivered, and whoever
     * received events that are gone is told.
     *
     * @param agreed last event that both histories have, or null when it is older than the window
     * @param head head of the new history
     */
    void onHistoryChanged(Reading reading, @Nullable LogOffset agreed, LogOffset head) {
        lock.lock();
        try {
            if (schedule.current() != reading.run()) {
                return;
            }
            metrics.historyChanged(delivery.delivered(), agreed, head);
            schedule.forgetMissing();
            delivery.changeHistory(agreed, head);
            if (agreed == null) {
                reading.run().completed(reading.read());
            }
            schedule.finishIfCaughtUp();
        } finally {
            lock.unlock();
        }
    }
}
