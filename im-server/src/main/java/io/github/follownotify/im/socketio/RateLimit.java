package io.github.follownotify.im.socketio;

/** So many in each second, counted from the first. For any thread. */
final class RateLimit {

    private static final long SECOND = 1_000_000_000L;

    private final int perSecond;
    private long windowStart = System.nanoTime();
    private int taken;

    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    synchronized boolean tryTake() {
        long now = System.nanoTime();
        if (now - windowStart >= SECOND) {
            windowStart = now;
            taken = 0;
        }
        return ++taken <= perSecond;
    }
}
