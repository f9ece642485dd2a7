package io.github.follownotify.follow.relay;

import io.github.follownotify.follow.notification.LoggedEvent;
import io.github.follownotify.follow.publishing.Lease;
import io.github.follownotify.follow.publishing.Outage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Republishes, from the log and in order, what the broker has not confirmed: what this replica lost, and what any
 * replica committed some seconds ago. One replica at a time does it, the owner of the lease, and only while its own
 * link to the broker works. Belongs to the relay's thread.
 */
final class Republisher {

    private static final Logger log = LoggerFactory.getLogger(Republisher.class);

    private static final int PAGES_PER_ROUND = 20;

    private final RelayTable table;
    private final EventPublisher publisher;
    private final Confirms confirms;
    private final RelaySettings settings;
    private final Lease lease;
    private final Outage failing;
    private final Deque<Observed> observed = new ArrayDeque<>();

    private long confirmedSeq;
    private long overdueUpTo;
    private long publishedUpTo;
    private long failuresSeen;
    private long notBefore = System.nanoTime();

    Republisher(RelayTable table, EventPublisher publisher, Confirms confirms, RelaySettings settings) {
        this.table = table;
        this.publisher = publisher;
        this.confirms = confirms;
        this.settings = settings;
        this.lease = new Lease(table, settings.lease());
        this.failing = new Outage(settings.maximumBackoff());
    }

    /**
     * Remembers the head at each moment: what is still unconfirmed some seconds later is overdue. No clocks are
     * compared.
     */
    void observe(RelayTable.Head head) {
        long now = System.nanoTime();
        confirmed(head.confirmedSeq());
        if (!observed.isEmpty() && observed.getLast().lastSeq() > head.lastSeq()) {
            // The database was restored or has failed over.
            observed.clear();
            overdueUpTo = 0;
        }
        observed.addLast(new Observed(head.lastSeq(), now));
        while (now - observed.getFirst().nanos() > settings.republishAfter().toNanos()) {
            overdueUpTo = observed.removeFirst().lastSeq();
        }
    }

    /** @param seq last number up to which the broker has confirmed everything */
    void confirmed(long seq) {
        if (seq > confirmedSeq) {
            failing.end();
        }
        confirmedSeq = seq;
        confirms.repaired(seq);
    }

    void publishWhatIsMissing() {
        long upTo = Math.max(overdueUpTo, confirms.lostUpTo());
        if (upTo <= confirmedSeq || !publisher.isWorking()) {
            stop();
            return;
        }
        if (System.nanoTime() - notBefore < 0) {
            return;
        }
        if (confirms.failures() != failuresSeen) {
            failuresSeen = confirms.failures();
            publishedUpTo = 0;
            failing.begin();
            notBefore = System.nanoTime() + failing.pause().toNanos();
            return;
        }
        if (!holdsLease()) {
            return;
        }
        publishedUpTo = Math.max(publishedUpTo, confirmedSeq);
        for (int page = 0; page < PAGES_PER_ROUND && publishedUpTo < upTo && hasRoom(); page++) {
            List<LoggedEvent> events = table.unconfirmed(publishedUpTo, upTo);
            if (events.isEmpty()) {
                publishedUpTo = upTo;
                return;
            }
            publisher.offer(NotificationRelay.messages(events, settings));
            publishedUpTo = events.get(events.size() - 1).seq();
            log.debug("event=republished count={} up_to={}", events.size(), publishedUpTo);
        }
    }

    /** Gives the lease back. */
    void stop() {
        lease.release();
    }

    private boolean holdsLease() {
        if (!lease.isHeld()) {
            publishedUpTo = 0;
        }
        return lease.hold();
    }

    private boolean hasRoom() {
        return publisher.inFlight() + settings.batchSize() <= settings.maximumInFlight();
    }

    private record Observed(long lastSeq, long nanos) {}
}
