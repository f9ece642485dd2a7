package io.github.follownotify.bench.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in a thread that measures, which nobody interrupts but to end the process. */
public final class Waits {

    private Waits() {}

    public static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
    }

    /** Until a moment of {@link System#nanoTime()}, as exactly as the system's timers allow: some 60 µs late. */
    static void until(long nanoTime) {
        long left;
        while ((left = nanoTime - System.nanoTime()) > 0) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("stopped");
            }
        }
    }

    /** @return whether the condition came true in time */
    public static boolean await(BooleanSupplier condition, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (true) {
            boolean late = System.nanoTime() > end;
            if (condition.getAsBoolean()) {
                return true;
            }
            if (late) {
                return false;
            }
            pause(20);
        }
    }

    public static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", stopped);
        }
    }
}
