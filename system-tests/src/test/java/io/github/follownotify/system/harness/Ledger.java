package io.github.follownotify.system.harness;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was attempted, what was answered, what arrived: and the ten counters that follow from it.
 *
 * <p>A follow is known by its pair of users, which the harness uses once only.
 */
final class Ledger {

    /** What the API answered to a follow. */
    enum Answer {
        /** 2xx: must arrive. */
        ACKNOWLEDGED,
        /** 4xx: must not arrive. */
        REFUSED,
        /** 5xx, time-out, connection lost: may or may not arrive. */
        UNKNOWN
    }

    record Follow(long follower, long target) {}

    private record Arrival(Follow follow, long offset, long at) {}

    private record Attempt(long startedAt, long answeredAt, Answer answer) {}

    /**
     * The result of a run.
     *
     * @param attempted follows sent to the API
     * @param acknowledged follows answered with 2xx
     * @param delivered different follows that arrived, added up over all devices
     * @param lost acknowledged follows that did not arrive at a device of their target
     * @param duplicated arrivals of a follow at a device that had it already
     * @param outOfOrder arrivals with an offset that is not larger than the one before, or after a follow that began
     * later than this one's answer
     * @param recovered follows without a known answer that arrived
     * @param silentlyShort devices that miss an acknowledged follow and were never told to read the state anew
     * @param toldToResync devices that were told so
     * @param unexpected arrivals of what was never attempted, was refused, or is about somebody else
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
            long unexpected) {

        boolean isPerfect() {
            return lost == 0 && duplicated == 0 && outOfOrder == 0 && silentlyShort == 0 && unexpected == 0;
        }

        @Override
        public String toString() {
            return ("attempted %d, acknowledged %d, delivered %d, lost %d, duplicated %d, out of order %d, recovered %d,"
                            + " silently short %d, told to resync %d, unexpected %d")
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
                            unexpected);
        }
    }

    private final Map<Follow, Attempt> attempts = new ConcurrentHashMap<>();
    private final Map<String, List<Arrival>> arrivals = new ConcurrentHashMap<>();
    private final Map<String, Long> owners = new ConcurrentHashMap<>();
    private final Set<String> toldToResync = ConcurrentHashMap.newKeySet();

    void device(String device, long user) {
        owners.put(device, user);
        arrivals.put(device, new ArrayList<>());
    }

    void attempted(Follow follow, long startedAt, long answeredAt, Answer answer) {
        attempts.put(follow, new Attempt(startedAt, answeredAt, answer));
    }

    /** The device knows that it may have missed something, and where to read it. */
    void toldToResync(String device) {
        toldToResync.add(device);
    }

    /** Called by one thread at a time for each device. */
    void arrived(String device, Follow follow, long offset, long at) {
        List<Arrival> ofDevice = arrivalsOf(device);
        synchronized (ofDevice) {
            ofDevice.add(new Arrival(follow, offset, at));
        }
    }

    /** Whether every acknowledged follow is at every device of its target. */
    boolean isComplete() {
        return result().lost() == 0;
    }

    /** Acknowledged follows that did not arrive, for the report. */
    List<String> missing(int limit) {
        List<String> missing = new ArrayList<>();
        for (String device : owners.keySet()) {
            Set<Follow> arrived = arrivedAt(device);
            attempts.forEach((follow, attempt) -> {
                if (attempt.answer == Answer.ACKNOWLEDGED
                        && follow.target() == owners.get(device)
                        && !arrived.contains(follow)
                        && missing.size() < limit) {
                    missing.add(device + " misses " + follow);
                }
            });
        }
        return missing;
    }

    Result result() {
        Map<Long, List<Follow>> acknowledgedByTarget = new ConcurrentHashMap<>();
        attempts.forEach((follow, attempt) -> {
            if (attempt.answer == Answer.ACKNOWLEDGED) {
                acknowledgedByTarget
                        .computeIfAbsent(follow.target(), target -> new ArrayList<>())
                        .add(follow);
            }
        });
        long acknowledged =
                acknowledgedByTarget.values().stream().mapToLong(List::size).sum();
        Set<Follow> recovered = new HashSet<>();
        long delivered = 0;
        long lost = 0;
        long silentlyShort = 0;
        long duplicated = 0;
        long outOfOrder = 0;
        long unexpected = 0;
        for (Map.Entry<String, Long> device : owners.entrySet()) {
            Set<Follow> seen = new HashSet<>();
            long lastOffset = 0;
            long latestStart = Long.MIN_VALUE;
            for (Arrival arrival : snapshot(device.getKey())) {
                Attempt attempt = attempts.get(arrival.follow);
                if (attempt == null
                        || attempt.answer == Answer.REFUSED
                        || arrival.follow.target() != device.getValue()) {
                    unexpected++;
                    continue;
                }
                if (!seen.add(arrival.follow)) {
                    duplicated++;
                    continue;
                }
                if (arrival.offset <= lastOffset
                        || (attempt.answer == Answer.ACKNOWLEDGED && attempt.answeredAt < latestStart)) {
                    outOfOrder++;
                }
                lastOffset = arrival.offset;
                latestStart = Math.max(latestStart, attempt.startedAt);
                if (attempt.answer == Answer.UNKNOWN) {
                    recovered.add(arrival.follow);
                }
            }
            delivered += seen.size();
            long missed = acknowledgedByTarget.getOrDefault(device.getValue(), List.of()).stream()
                    .filter(follow -> !seen.contains(follow))
                    .count();
            lost += missed;
            silentlyShort += missed > 0 && !toldToResync.contains(device.getKey()) ? 1 : 0;
        }
        return new Result(
                attempts.size(),
                acknowledged,
                delivered,
                lost,
                duplicated,
                outOfOrder,
                recovered.size(),
                silentlyShort,
                toldToResync.size(),
                unexpected);
    }

    private Set<Follow> arrivedAt(String device) {
        Set<Follow> arrived = new HashSet<>();
        snapshot(device).forEach(arrival -> arrived.add(arrival.follow));
        return arrived;
    }

    private List<Arrival> snapshot(String device) {
        List<Arrival> ofDevice = arrivalsOf(device);
        synchronized (ofDevice) {
            return List.copyOf(ofDevice);
        }
    }

    private List<Arrival> arrivalsOf(String device) {
        return Objects.requireNonNull(arrivals.get(device), device);
    }
}
