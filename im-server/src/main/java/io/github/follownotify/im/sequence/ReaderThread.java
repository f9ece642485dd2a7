package io.github.follownotify.im.sequence;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A daemon thread that reads the log until its task ends or it is stopped. */
final class ReaderThread {

    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final String name;
    private final Task task;
    private volatile @Nullable Thread running;

    ReaderThread(String name, Task task) {
        this.name = name;
        this.task = task;
    }

    void start() {
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        running = thread;
        thread.start();
    }

    /** Interrupts the task and waits for its end, but not for long. */
    void stop() throws InterruptedException {
        Thread thread = running;
        if (thread != null) {
            thread.interrupt();
            thread.join(STOP_MILLIS);
        }
    }

    private void run() {
        try {
            task.run();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }
}
