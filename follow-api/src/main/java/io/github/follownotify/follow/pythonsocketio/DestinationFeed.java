package io.github.follownotify.follow.pythonsocketio;

import io.github.follownotify.follow.notification.LogReader;
import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.publishing.Lease;
import io.github.follownotify.follow.publishing.Outage;
import io.github.follownotify.follow.pythonsocketio.DestinationMetrics.Failure;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Brings the log to one destination, a page each round, while this replica holds the lease. Belongs to one thread. */
final class DestinationFeed {

    private static final Logger log = LoggerFactory.getLogger(DestinationFeed.class);

    /** The pause after a round that found nothing, and the only one that a commit ends. */
    static final Duration POLL = Duration.ofMillis(250);

    /** Between two attempts to get a lease that another replica holds. */
    private static final Duration LEASE_POLL = Duration.ofSeconds(1);

    /** Between two attempts at whatever does not work. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final int BATCH = 100;

    private final DestinationTable table;
    private final Destination destination;
    private final RoomType rooms;
    private final DestinationMetrics metrics;
    private final Lease lease;
    private final Outage link = new Outage(LONGEST_PAUSE);
    private final Outage silence = new Outage(LONGEST_PAUSE);

    DestinationFeed(DestinationTable table, Destination destination, RoomType rooms, DestinationMetrics metrics) {
        this.table = table;
        this.lease = new Lease(table, DestinationTable.LEASE);
        this.destination = destination;
        this.rooms = rooms;
        this.metrics = metrics;
    }

    /** Publishes the next page. @return how long to wait before the next round */
    Duration round() throws InterruptedException {
        if (!holdsLease()) {
            metrics.lagUnknown();
            return LEASE_POLL;
        }
        // Alone while nobody listens: a server that comes must not get a later event before an earlier one.
        DestinationTable.Page page = table.next(silence.isThere() ? 1 : BATCH);
        Position position = page.position();
        Position corrected = corrected(position, page.next());
        if (!corrected.equals(position)) {
            save(corrected);
            return Duration.ZERO;
        }
        List<LoggedEvent> events = page.next().notifications();
        metrics.lag(page.next().head() - position.seq());
        return events.isEmpty() ? POLL : publish(events, page.next().head());
    }

    /** Forgets the lease, which may have ended while the database did not answer. */
    void interrupted() {
        lease.lost();
        metrics.lagUnknown();
    }

    /** Gives the lease back, and ends the connection. */
    void stop() {
        try {
            lease.release();
        } catch (RuntimeException unavailable) {
            log.debug("event=lease_not_released destination={}", destination.name(), unavailable);
        }
        metrics.lagUnknown();
        destination.disconnect();
    }

    private Duration publish(List<LoggedEvent> events, long head) throws InterruptedException {
        List<EmitMessage> messages =
                events.stream().map(event -> EmitMessage.of(event, rooms)).toList();
        int taken;
        try {
            taken = destination.publish(messages, lease::isFresh);
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Exception unreachable) {
            return unreachable(unreachable);
        }
        if (link.end()) {
            log.info("event=destination_reached destination={}", destination.name());
        }
        if (taken > 0) {
            LoggedEvent last = events.get(taken - 1);
            save(Position.of(last));
            metrics.published(taken);
            metrics.lag(head - last.seq());
            if (silence.end()) {
                log.info("event=servers_listen destination={}", destination.name());
            }
        }
        return taken == events.size() || !lease.isFresh() ? Duration.ZERO : nobodyListens(events.get(taken));
    }

    private Duration nobodyListens(LoggedEvent first) {
        metrics.undelivered();
        if (silence.begin()) {
            log.warn(
                    "event=nobody_listens destination={} seq={}: no python-socketio server takes events, they wait in the log",
                    destination.name(),
                    first.seq());
        }
        return silence.pause();
    }

    /** Another replica may reach the broker where this one does not. */
    private Duration unreachable(Exception failure) {
        metrics.failed(Failure.LINK);
        destination.disconnect();
        if (link.begin()) {
            log.warn(
                    "event=destination_unreachable destination={} cause=\"{}\": events wait in the log",
                    destination.name(),
                    NestedExceptionUtils.getMostSpecificCause(failure).toString());
        }
        log.debug("event=destination_unreachable destination={}", destination.name(), failure);
        lease.release();
        return link.pause();
    }

    /** Where to go on when the log is no longer what it was; else the position itself. */
    private Position corrected(Position position, LogReader.Part next) {
        Position beforeTheLog = new Position(next.oldestSeq() - 1, null, position.createdAt());
        if (position.isOfAnotherHistory(next)) {
            Position common = table.newestUpTo(Math.min(position.seq(), next.head()), position.createdAt())
                    .orElse(beforeTheLog);
            log.warn(
                    "event=history_changed destination={} seq={} continues_after={}: the database lost events that were published",
                    destination.name(),
                    position.seq(),
                    common.seq());
            return common;
        }
        if (position.isBeforeTheLog(next)) {
            log.warn(
                    "event=log_trimmed destination={} seq={} continues_after={}: what lies between was never published",
                    destination.name(),
                    position.seq(),
                    beforeTheLog.seq());
            return beforeTheLog;
        }
        return position;
    }

    private void save(Position position) {
        if (!table.save(position)) {
            lease.lost();
        }
    }

    private boolean holdsLease() {
        boolean held = lease.hold();
        if (!held) {
            // Its row may be missing, and not only taken.
            table.begin();
        }
        return held;
    }
}
