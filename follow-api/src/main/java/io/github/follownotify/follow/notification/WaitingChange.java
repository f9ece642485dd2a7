package io.github.follownotify.follow.notification;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;

/** A caller's change, and the caller who waits for it. */
final class WaitingChange<C> {

    private static final BatchedChanges<String> NOTHING = new BatchedChanges<>() {

        @Override
        public String query(List<String> changes) {
            return "SELECT 1";
        }

        @Override
        public Decision decide(List<String> changes, List<long[]> rows) {
            return new Decision(Collections.nCopies(changes.size(), Outcome.UNCHANGED), List.of());
        }
    };

    private final BatchedChanges<C> kind;
    private final C change;
    private final long sinceNanos = System.nanoTime();
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    WaitingChange(BatchedChanges<C> kind, C change) {
        this.kind = kind;
        this.change = change;
    }

    static WaitingChange<?> abandoned() {
        WaitingChange<?> abandoned = new WaitingChange<>(NOTHING, "nothing");
        abandoned.answer.cancel(false);
        return abandoned;
    }

    BatchedChanges<C> kind() {
        return kind;
    }

    C change() {
        return change;
    }

    /** Waits for the answer. {@link Deadline} fails a change that takes too long. */
    boolean await() {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof DataAccessException failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            throw new TransientDataAccessResourceException("the service is stopping", stopped);
        }
    }

    boolean isAnswered() {
        return answer.isDone();
    }

    long sinceNanos() {
        return sinceNanos;
    }

    void complete(boolean changed) {
        answer.complete(changed);
    }

    void fail(DataAccessException failure) {
        answer.completeExceptionally(failure);
    }
}
