package io.github.follownotify.im.replay;

import io.github.follownotify.im.log.LogPage;
import io.github.follownotify.im.log.LogSettings;
import io.github.follownotify.im.log.LogUnavailableException;
import io.github.follownotify.im.log.MissedPages;
import io.github.follownotify.im.log.MissedPages.Pair;
import io.github.follownotify.im.replay.Missed.Status;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks follow-api what many devices missed, in one read at a time. While one read is running, requests gather for the
 * next, so reads grow with the load, and no timer is needed.
 *
 * <p>Each user has a queue, and a read takes from all of them in turn: one user with many devices delays nobody else.
 * Devices of a user that are at the same offset share a pair. Cancelled requests are left out.
 */
final class LogReads {

    private final Log log;
    private final LogSettings settings;
    private final Counter reads;
    private final Map<Long, Queue<Waiting>> waitingByUser = new LinkedHashMap<>();
    private int waiting;
    private boolean underWay;

    LogReads(Log log, LogSettings settings, MeterRegistry meters) {
        this.log = log;
        this.settings = settings;
        this.reads = Counter.builder("im.log.reads")
                .description("Reads for missed events, by what answered them")
                .tag("source", "missed")
                .register(meters);
        Gauge.builder("im.log.reads.waiting", this, LogReads::waiting)
                .description("Devices whose missed events wait to be read from the log")
                .register(meters);
    }

    CompletableFuture<Missed> after(long userId, LogOffset offset) {
        Waiting device = new Waiting(userId, offset, new CompletableFuture<>());
        CompletableFuture<Missed> answer =
                device.answer().orTimeout(settings.userReadDeadline().toMillis(), TimeUnit.MILLISECONDS);
        if (enqueue(device)) {
            readNext();
        } else {
            device.answer()
                    .completeExceptionally(new LogUnavailableException("too many devices are waiting for a replay"));
        }
        // Cancelling the returned future cancels the request, too.
        CompletableFuture<Missed> result = new CompletableFuture<>();
        CompletableFuture<Void> unused = answer.handle((missed, failure) -> {
            if (failure == null) {
                result.complete(missed);
            } else {
                result.completeExceptionally(unavailable(failure));
            }
            return null;
        });
        CompletableFuture<Missed> unusedToo = result.whenComplete((missed, failure) -> {
            if (result.isCancelled()) {
                device.answer().cancel(false);
            }
        });
        return result;
    }

    synchronized int waiting() {
        return waiting;
    }

    private synchronized boolean enqueue(Waiting device) {
        if (waiting >= settings.waitingReads()) {
            forgetWhoIsGone();
        }
        Queue<Waiting> ofUser = waitingByUser.get(device.userId());
        if (waiting >= settings.waitingReads() || (ofUser != null && ofUser.size() >= settings.waitingReadsPerUser())) {
            return false;
        }
        waitingByUser
                .computeIfAbsent(device.userId(), first -> new ArrayDeque<>(1))
                .add(device);
        waiting++;
        return true;
    }

    private void forgetWhoIsGone() {
        waitingByUser.values().forEach(ofUser -> ofUser.removeIf(Waiting::isGone));
        waitingByUser.values().removeIf(Queue::isEmpty);
        waiting = waitingByUser.values().stream().mapToInt(Queue::size).sum();
    }

    private void readNext() {
        Map<Pair, List<Waiting>> batch = nextBatch();
        if (batch.isEmpty()) {
            return;
        }
        reads.increment();
        CompletableFuture<MissedPages> read;
        try {
            read = log.missed(List.copyOf(batch.keySet()), settings.userPageSize());
        } catch (RuntimeException notEvenAsked) {
            read = CompletableFuture.failedFuture(notEvenAsked);
        }
        CompletableFuture<Void> unused = read.handle((pages, failure) -> {
            // Before the answers are passed on: a receiver may request its next part at once.
            finished();
            batch.forEach((pair, devices) -> devices.forEach(device -> answer(device, pair, pages, failure)));
            readNext();
            return null;
        });
    }

    private synchronized Map<Pair, List<Waiting>> nextBatch() {
        Map<Pair, List<Waiting>> batch = new LinkedHashMap<>();
        if (underWay) {
            return batch;
        }
        while (batch.size() < settings.usersPerRead() && !waitingByUser.isEmpty()) {
            Iterator<Map.Entry<Long, Queue<Waiting>>> users =
                    waitingByUser.entrySet().iterator();
            Map.Entry<Long, Queue<Waiting>> first = users.next();
            users.remove();
            Waiting device = first.getValue().remove();
            waiting--;
            if (!first.getValue().isEmpty()) {
                // Requeued behind all other users.
                waitingByUser.put(first.getKey(), first.getValue());
            }
            if (!device.isGone()) {
                batch.computeIfAbsent(new Pair(device.userId(), device.offset().seq()), pair -> new ArrayList<>(1))
                        .add(device);
            }
        }
        underWay = !batch.isEmpty();
        return batch;
    }

    private synchronized void finished() {
        underWay = false;
    }

    private static void answer(Waiting device, Pair pair, @Nullable MissedPages pages, @Nullable Throwable failure) {
        LogPage page = pages == null ? null : pages.byPair().get(pair);
        if (pages == null || page == null) {
            device.answer()
                    .completeExceptionally(
                            failure == null
                                    ? new LogUnavailableException("follow-api's answer lacks a pair that was asked for")
                                    : failure);
        } else {
            device.answer().complete(missed(device.offset(), page, pages.limit()));
        }
    }

    private static Missed missed(LogOffset offset, LogPage page, int limit) {
        if (offset.seq() > page.head()) {
            // We gave it with its tag, so there was such an event once.
            return Missed.unanswerable(
                    offset.tag() == LogOffset.UNCHECKED ? Status.UNKNOWN_OFFSET : Status.HISTORY_CHANGED);
        }
        if (offset.contradicts(page.afterTag())) {
            return Missed.unanswerable(Status.HISTORY_CHANGED);
        }
        if (!page.reachesBackTo(offset.seq())) {
            return Missed.unanswerable(Status.LOG_TRIMMED);
        }
        List<RoomEvent> events = page.events();
        // A page that is not full is the last: it was read after the device entered its room, so everything later comes
        // live.
        return Missed.complete(events, events.size() < limit);
    }

    private static Throwable unavailable(Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (failure instanceof LogUnavailableException) {
            return failure;
        }
        return new LogUnavailableException(
                failure instanceof TimeoutException
                        ? "follow-api did not give missed events in time"
                        : "missed events could not be read",
                failure);
    }

    /** Where the answers come from. */
    @FunctionalInterface
    interface Log {

        /** @param limit most events for each pair */
        CompletableFuture<MissedPages> missed(List<Pair> pairs, int limit);
    }

    /** A device that wants to know what its user missed. */
    private record Waiting(long userId, LogOffset offset, CompletableFuture<Missed> answer) {

        boolean isGone() {
            return answer.isDone();
        }
    }
}
