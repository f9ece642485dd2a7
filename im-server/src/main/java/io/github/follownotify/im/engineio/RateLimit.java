package io.github.follownotify.im.engineio;

/** Fixed window: N per second. For any thread. */
public final class RateLimit {

    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private long windowStart = System.nanoTime();
    private int taken;

    public RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    public synchronized boolean tryTake() {
        long now = System.nanoTime();
        if (now - windowStart >= SECOND) {
            windowStart = now;
            taken = 0;
        }
        return ++taken <= perSecond;
    }
}
