package io.github.follownotify.follow.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Seqs that the broker has confirmed, as contiguous ranges. Not thread-safe. */
final class ConfirmedRanges {

    private final TreeMap<Long, Long> endByStart = new TreeMap<>();

    void add(long seq) {
        add(new Range(seq, seq));
    }

    void add(Range range) {
        long from = range.from();
        long to = range.to();
        Map.Entry<Long, Long> before = endByStart.floorEntry(from);
        if (before != null && before.getValue() >= from - 1) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        Map.Entry<Long, Long> after = endByStart.ceilingEntry(from);
        while (after != null && after.getKey() <= to + 1) {
            to = Math.max(to, after.getValue());
            endByStart.remove(after.getKey());
            after = endByStart.ceilingEntry(from);
        }
        endByStart.put(from, to);
    }

    /**
     * Removes the range that follows directly on a seq, and forgets what lies below it.
     *
     * @return the last seq up to which everything is confirmed
     */
    long advance(long confirmed) {
        long reached = confirmed;
        Map.Entry<Long, Long> first = endByStart.firstEntry();
        while (first != null && first.getKey() <= reached + 1) {
            reached = Math.max(reached, first.getValue());
            endByStart.pollFirstEntry();
            first = endByStart.firstEntry();
        }
        return reached;
    }

    boolean isEmpty() {
        return endByStart.isEmpty();
    }

    List<Range> ranges() {
        List<Range> ranges = new ArrayList<>(endByStart.size());
        endByStart.forEach((from, to) -> ranges.add(new Range(from, to)));
        return ranges;
    }

    /** Both ends included. */
    record Range(long from, long to) {}
}
