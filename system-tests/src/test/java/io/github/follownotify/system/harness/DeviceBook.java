package io.github.follownotify.system.harness;

import io.github.follownotify.system.harness.Attempt.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One device's page of the ledger: what it has received and read, what it was told, and what it still has to get. */
final class DeviceBook {

    private final String name;
    private final long user;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Follow> known = new HashSet<>();
    private final Map<Follow, Long> missing = new HashMap<>();

    /** @param follow what arrived, or null when the device was told to read the state anew */
    private record Entry(@Nullable Follow follow, long offset, long at) {}

    /** What one device adds to the counters. */
    static final class Counts {
        long delivered;
        long lost;
        long duplicated;
        long outOfOrder;
        long unexpected;
        boolean silentlyShort;
        boolean toldToResync;
        final Set<Follow> recovered = new HashSet<>();
    }

    DeviceBook(String name, long user) {
        this.name = name;
        this.user = user;
    }

    String name() {
        return name;
    }

    long user() {
        return user;
    }

    synchronized void acknowledged(Follow follow, long at) {
        if (!known.contains(follow)) {
            missing.put(follow, at);
        }
    }

    synchronized void arrived(Follow follow, long offset, long at) {
        entries.add(new Entry(follow, offset, at));
        known.add(follow);
        missing.remove(follow);
    }

    synchronized void toldToResync(long at) {
        entries.add(new Entry(null, 0, at));
    }

    /**
     * The device has read these over HTTP.
     *
     * @return whether any of them was new to it
     */
    synchronized boolean read(Collection<Follow> follows) {
        follows.forEach(missing::remove);
        return known.addAll(follows);
    }

    synchronized void gone(Collection<Follow> lostByDatabase) {
        lostByDatabase.forEach(missing::remove);
    }

    /** What was acknowledged up to a moment and is neither here nor gone. */
    synchronized List<Follow> missing(long upTo) {
        return missing.entrySet().stream()
                .filter(entry -> entry.getValue() <= upTo)
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized void addDeliveries(Map<Follow, Attempt> attempts, Collection<Delivery> deliveries) {
        Set<Follow> seen = new HashSet<>();
        for (Entry entry : entries) {
            Attempt attempt = entry.follow == null ? null : attempts.get(entry.follow);
            if (attempt != null && attempt.answer() == Answer.ACKNOWLEDGED && seen.add(entry.follow)) {
                deliveries.add(new Delivery(attempt.answeredAt(), Math.max(entry.at, attempt.answeredAt())));
            }
        }
    }

    synchronized Counts count(Map<Follow, Attempt> attempts, Set<Follow> lostByDatabase) {
        Counts counts = new Counts();
        Set<Follow> seen = new HashSet<>();
        long lastOffset = 0;
        long latestStart = Long.MIN_VALUE;
        boolean hasWhatIsGone = false;
        for (Entry entry : entries) {
            if (entry.follow == null) {
                // From here on it gets another history, whose numbers may be lower.
                lastOffset = 0;
                hasWhatIsGone = false;
                counts.toldToResync = true;
                continue;
            }
            Attempt attempt = attempts.get(entry.follow);
            if (attempt == null || attempt.answer() == Answer.REFUSED || entry.follow.target() != user) {
                counts.unexpected++;
                continue;
            }
            if (!seen.add(entry.follow)) {
                counts.duplicated++;
                continue;
            }
            if (lostByDatabase.contains(entry.follow)) {
                hasWhatIsGone = true;
                lastOffset = entry.offset;
                continue;
            }
            if (entry.offset <= lastOffset
                    || (attempt.answer() == Answer.ACKNOWLEDGED && attempt.answeredAt() < latestStart)) {
                counts.outOfOrder++;
            }
            lastOffset = entry.offset;
            latestStart = Math.max(latestStart, attempt.startedAt());
            if (attempt.answer() == Answer.UNKNOWN) {
                counts.recovered.add(entry.follow);
            }
        }
        counts.delivered = seen.size();
        counts.lost = missing.size();
        counts.silentlyShort = hasWhatIsGone || (!missing.isEmpty() && !counts.toldToResync);
        return counts;
    }
}
