package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.Sql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of change that is saved for many callers at once. {@link LogWriter} decides which changes go together.
 *
 * <p>{@link #query} and {@link #decide} are called inside the writer's transaction, which holds the lock of the log's
 * head: no other replica changes anything in the meantime. All methods may be called again with the same changes after a
 * transaction that was rolled back.
 *
 * @param <C> what one caller wants changed
 */
public interface BatchedChanges<C> {

    /**
     * Decides optimistically, without reading. The statements check the assumption: if it is wrong, the database reports
     * an integrity violation, and the changes are decided again after reading. Saves a round trip where it is nearly
     * always right.
     *
     * @return null when what the changes depend on has to be read first
     */
    default @Nullable Decision decideOptimistically(List<C> changes) {
        return null;
    }

    /** @return the query that reads what the changes depend on: numbers only, without parameters */
    String query(List<C> changes);

    /**
     * Decides what changes do, as if each had been made alone and in this order.
     *
     * @param rows what the query has read
     */
    Decision decide(List<C> changes, List<long[]> rows);

    /**
     * What changes do.
     *
     * @param outcomes one for each change, in their order
     * @param statements that save all of them: a few, however many changes there are
     */
    record Decision(List<Outcome> outcomes, List<Sql> statements) {}

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
