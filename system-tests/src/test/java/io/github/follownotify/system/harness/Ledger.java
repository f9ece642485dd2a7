package io.github.follownotify.system.harness;

import io.github.follownotify.system.harness.Attempt.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What was attempted, what was answered, what arrived: and the counters that follow from it. */
final class Ledger {

    /**
     * The result of a run.
     *
     * @param attempted follows sent to the API
     * @param acknowledged follows answered with 2xx
     * @param delivered different follows that arrived, added up over all devices
     * @param lost acknowledged follows that the database still has, and a device of their target has neither received
     *     nor read when it was told to
     * @param duplicated arrivals of a follow at a device that had it already
     * @param outOfOrder arrivals with an offset that is not larger than the one before, or after a follow that began
     *     later than this one's answer
     * @param recovered follows without a known answer that arrived
     * @param silentlyShort devices that miss an acknowledged follow and were never told to read the state anew, or have
     *     one that the database lost and were not told since
     * @param toldToResync devices that were told so
     * @param unexpected arrivals of what was never attempted, was refused, or is about somebody else
     * @param refused follows that were answered with 4xx, and connects that were refused: of right calls, none may be
     * @param lostByDatabase acknowledged follows that were gone when the database failed over or was restored
     */
    record Result(
            long attempted,
            long acknowledged,
            long delivered,
            long lost,
            long duplicated,
            long outOfOrder,
            long recovered,
            long silentlyShort,
            long toldToResync,
            long unexpected,
            long refused,
            long lostByDatabase) {

        boolean isPerfect() {
            return lost == 0
                    && duplicated == 0
                    && outOfOrder == 0
                    && silentlyShort == 0
                    && unexpected == 0
                    && refused == 0;
        }

        @Override
        public String toString() {
            return ("attempted %d, acknowledged %d, delivered %d, lost %d, duplicated %d, out of order %d, recovered %d,"
                            + " silently short %d, told to resync %d, unexpected %d, refused %d, lost by the database %d")
                    .formatted(
                            attempted,
                            acknowledged,
                            delivered,
                            lost,
                            duplicated,
                            outOfOrder,
                            recovered,
                            silentlyShort,
                            toldToResync,
                            unexpected,
                            refused,
                            lostByDatabase);
        }
    }

    private final Map<Follow, Attempt> attempts = new ConcurrentHashMap<>();
    private final Map<Long, Queue<DeviceBook>> books = new ConcurrentHashMap<>();
    private final Set<Follow> lostByDatabase = ConcurrentHashMap.newKeySet();
    private final AtomicLong refusedConnects = new AtomicLong();

    DeviceBook device(String device, long user) {
        DeviceBook book = new DeviceBook(device, user);
        books.computeIfAbsent(user, first -> new ConcurrentLinkedQueue<>()).add(book);
        return book;
    }

    void attempted(Follow follow, long startedAt, long answeredAt, Answer answer) {
        attempts.put(follow, new Attempt(startedAt, answeredAt, answer));
        if (answer == Answer.ACKNOWLEDGED) {
            devicesOf(follow.target()).forEach(book -> book.acknowledged(follow, answeredAt));
        }
    }

    void refusedConnect() {
        refusedConnects.incrementAndGet();
    }

    /**
     * An older copy has taken the database's place.
     *
     * @param from moment up to which the copy has everything for certain
     * @param to moment from which on the copy was written to; what began before has been answered
     * @param kept what the copy has
     */
    void wentBack(long from, long to, Set<Follow> kept) {
        List<Follow> gone = attempts.entrySet().stream()
                .filter(attempt -> attempt.getValue().answer() == Answer.ACKNOWLEDGED
                        && attempt.getValue().answeredAt() >= from
                        && attempt.getValue().startedAt() <= to
                        && !kept.contains(attempt.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        lostByDatabase.addAll(gone);
        all().forEach(book -> book.gone(gone));
    }

    /** Whether every acknowledged follow is at every device of its target. */
    boolean isComplete() {
        return isCompleteUpTo(Long.MAX_VALUE);
    }

    /** The same for what was acknowledged until then. */
    boolean isCompleteUpTo(long moment) {
        return all().stream().allMatch(book -> book.missing(moment).isEmpty());
    }

    /** Acknowledged follows that did not arrive, for the report. */
    List<String> missing(int limit) {
        return all().stream()
                .flatMap(book -> book.missing(Long.MAX_VALUE).stream().map(follow -> book.name() + " misses " + follow))
                .limit(limit)
                .toList();
    }

    /** From the answer to the device, for every acknowledged follow that arrived. */
    List<Delivery> deliveries() {
        List<Delivery> deliveries = new ArrayList<>();
        all().forEach(book -> book.addDeliveries(attempts, deliveries));
        return deliveries;
    }

    Result result() {
        Set<Follow> recovered = new HashSet<>();
        List<DeviceBook.Counts> counts =
                all().stream().map(book -> book.count(attempts, lostByDatabase)).toList();
        counts.forEach(ofDevice -> recovered.addAll(ofDevice.recovered));
        return new Result(
                attempts.size(),
                answered(Answer.ACKNOWLEDGED),
                counts.stream().mapToLong(ofDevice -> ofDevice.delivered).sum(),
                counts.stream().mapToLong(ofDevice -> ofDevice.lost).sum(),
                counts.stream().mapToLong(ofDevice -> ofDevice.duplicated).sum(),
                counts.stream().mapToLong(ofDevice -> ofDevice.outOfOrder).sum(),
                recovered.size(),
                counts.stream().filter(ofDevice -> ofDevice.silentlyShort).count(),
                counts.stream().filter(ofDevice -> ofDevice.toldToResync).count(),
                counts.stream().mapToLong(ofDevice -> ofDevice.unexpected).sum(),
                answered(Answer.REFUSED) + refusedConnects.get(),
                lostByDatabase.size());
    }

    private long answered(Answer answer) {
        return attempts.values().stream()
                .filter(attempt -> attempt.answer() == answer)
                .count();
    }

    private Collection<DeviceBook> devicesOf(long user) {
        return books.getOrDefault(user, new ConcurrentLinkedQueue<>());
    }

    private List<DeviceBook> all() {
        return books.values().stream().flatMap(Collection::stream).toList();
    }
}
