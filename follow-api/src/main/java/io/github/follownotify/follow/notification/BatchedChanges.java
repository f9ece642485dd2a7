package io.github.follownotify.follow.notification;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/**
 * A kind of change that is saved for many callers at once. {@link LogWriter} decides which changes go together.
 *
 * @param <C> what one caller wants changed
 */
@FunctionalInterface
public interface BatchedChanges<C> {

    /**
     * Saves changes with a few statements, however many changes there are, as if each had been made alone and in this
     * order.
     *
     * <p>Runs inside of the writer's transaction, which holds the lock of the log's head: no other replica changes
     * anything in the meantime. May be called again with the same changes after a transaction that was rolled back.
     *
     * @return one outcome for each change, in their order
     */
    List<Outcome> apply(JdbcOperations sql, List<C> changes);

    /**
     * The outcome of one change.
     *
     * @param changed whether it changed anything
     * @param notification what it adds to the log, if anything
     */
    record Outcome(boolean changed, @Nullable NewNotification notification) {

        public static final Outcome UNCHANGED = new Outcome(false, null);
    }
}
