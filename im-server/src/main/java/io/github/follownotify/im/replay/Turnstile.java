package io.github.follownotify.im.replay;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Lets a few through at a time, a bounded number of others wait in line, and blocks nobody. */
final class Turnstile {

    private final int maxInside;
    private final int maxWaiting;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int inside;
    private boolean lettingIn;

    Turnstile(int maxInside, int maxWaiting) {
        this.maxInside = maxInside;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Runs the work now, or not at all. Whatever it starts has to {@link #leave()} in the end.
     *
     * @return false when so many are inside, or others wait; the work is not run
     */
    boolean enterUnlessInside(int many, Runnable work) {
        synchronized (this) {
            if (inside >= many || !hasRoom()) {
                return false;
            }
            inside++;
        }
        work.run();
        return true;
    }

    /**
     * Runs the work now or when its turn comes. Whatever it starts has to {@link #leave()} in the end.
     *
     * @return false when the line is full; the work is not run
     */
    boolean enter(Runnable work) {
        synchronized (this) {
            if (!hasRoom()) {
                return waiting.size() < maxWaiting && waiting.add(work);
            }
            inside++;
        }
        work.run();
        return true;
    }

    /**
     * Makes room, and lets the next ones in on this thread, unless a call further down on the stack, or another thread, is
     * doing that: a whole line of work that ends at once would not fit onto the stack.
     */
    void leave() {
        synchronized (this) {
            inside--;
            if (lettingIn) {
                return;
            }
            lettingIn = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = inside < maxInside ? waiting.poll() : null;
        if (next == null) {
            lettingIn = false;
        } else {
            inside++;
        }
        return next;
    }

    private boolean hasRoom() {
        return inside < maxInside && waiting.isEmpty();
    }

    synchronized int waiting() {
        return waiting.size();
    }
}
