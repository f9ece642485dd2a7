package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.notification.LoggedEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this replica has handed to the broker: which messages await their confirm, which seqs are confirmed, and up to
 * which seq something went wrong. Written by the publisher's thread and the connection's, read by the relay's.
 */
final class Confirms {

    private final RelaySettings settings;
    private final RelayMetrics metrics;

    private final NavigableMap<Long, Pending> pending = new TreeMap<>();
    private ConfirmedRanges confirmed = new ConfirmedRanges();
    private @Nullable LoggedEvent lastConfirmed;
    private long lostUpTo;
    private long failures;

    Confirms(RelaySettings settings, RelayMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
    }

    /** @param tag number of the message on its channel */
    synchronized void sending(long tag, EventMessage message) {
        pending.put(tag, new Pending(message.event(), System.nanoTime()));
    }

    synchronized void acked(long tag, boolean multiple) {
        Map<Long, Pending> acked = multiple ? pending.headMap(tag, true) : pending.subMap(tag, true, tag, true);
        int events = 0;
        for (Pending message : acked.values()) {
            if (message.event() != null) {
                confirmed.add(message.event().seq());
                if (lastConfirmed == null || message.event().seq() > lastConfirmed.seq()) {
                    lastConfirmed = message.event();
                }
                events++;
            }
        }
        acked.clear();
        metrics.published(events);
        notifyAll();
    }

    synchronized void nacked(long tag, boolean multiple) {
        lost(multiple ? pending.headMap(tag, true) : pending.subMap(tag, true, tag, true), "nack");
    }

    /** The channel is gone, and with it the confirms of everything that was sent on it. */
    synchronized void channelLost() {
        lost(pending, "broker");
    }

    /** Records messages that were never sent. */
    synchronized void notSent(List<EventMessage> messages) {
        messages.forEach(message -> lost(message.event()));
    }

    private void lost(Map<Long, Pending> messages, String reason) {
        messages.values().forEach(message -> lost(message.event()));
        messages.clear();
        failures++;
        metrics.failed(reason);
        notifyAll();
    }

    private void lost(@Nullable LoggedEvent event) {
        if (event != null) {
            lostUpTo = Math.max(lostUpTo, event.seq());
        }
    }

    /** Waits until another message may be sent. */
    synchronized void awaitRoom() throws InterruptedException {
        while (pending.size() >= settings.maximumInFlight()) {
            wait();
        }
    }

    /** Waits until every confirm has come, but no longer than the deadline. */
    synchronized void awaitAll(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!pending.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }

    /** Whether a confirm has been missing for so long that the link to the broker must be broken. */
    synchronized boolean isOverdue() {
        return !pending.isEmpty()
                && System.nanoTime() - pending.firstEntry().getValue().sentNanos()
                        > settings.confirmTimeout().toNanos();
    }

    synchronized int inFlight() {
        return pending.size();
    }

    /** How often something was lost; the republisher starts over when it has changed. */
    synchronized long failures() {
        return failures;
    }

    /** The highest number that this replica failed to publish, or 0. */
    synchronized long lostUpTo() {
        return lostUpTo;
    }

    synchronized void repaired(long confirmedSeq) {
        if (confirmedSeq >= lostUpTo) {
            lostUpTo = 0;
        }
    }

    /** Takes out what was confirmed since the last call. */
    synchronized Taken take() {
        Taken taken = new Taken(confirmed.ranges(), lastConfirmed);
        confirmed = new ConfirmedRanges();
        lastConfirmed = null;
        return taken;
    }

    /** Returns what could not be saved. */
    synchronized void giveBack(Taken taken) {
        taken.ranges().forEach(confirmed::add);
        if (lastConfirmed == null) {
            lastConfirmed = taken.last();
        }
    }

    /**
     * @param ranges confirmed numbers
     * @param last the event with the highest of them, or null when there are none
     */
    record Taken(
            List<ConfirmedRanges.Range> ranges, @Nullable LoggedEvent last) {

        boolean isEmpty() {
            return ranges.isEmpty();
        }
    }

    private record Pending(@Nullable LoggedEvent event, long sentNanos) {}
}
