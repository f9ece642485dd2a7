package io.github.follownotify.im.engineio;

import java.util.HashMap;
import java.util.Map;

/** Fixed window for each key: N per second. For any thread. */
public final class KeyedRateLimit<K> {

    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private long windowStart = System.nanoTime();
    private Map<K, Integer> taken = new HashMap<>();

    public KeyedRateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    public synchronized boolean tryTake(K key) {
        long now = System.nanoTime();
        if (now - windowStart >= SECOND) {
            windowStart = now;
            // A new map, not clear(): a map that was large once would stay large.
            taken = new HashMap<>();
        }
        return taken.merge(key, 1, Integer::sum) <= perSecond;
    }
}
