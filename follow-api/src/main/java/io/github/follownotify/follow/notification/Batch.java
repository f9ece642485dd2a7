package io.github.follownotify.follow.notification;

import io.github.follownotify.follow.database.Sql;
import io.github.follownotify.follow.notification.BatchedChanges.Decision;
import io.github.follownotify.follow.notification.BatchedChanges.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The changes of one transaction, grouped by kind. */
final class Batch {

    private final int size;
    private final List<Part<?>> parts;

    Batch(List<WaitingChange<?>> changes) {
        size = changes.size();
        Map<BatchedChanges<?>, Part<?>> byKind = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            WaitingChange<?> change = changes.get(i);
            byKind.computeIfAbsent(change.kind(), Part::new).add(change, i);
        }
        parts = List.copyOf(byKind.values());
    }

    /** How many kinds there are. */
    int parts() {
        return parts.size();
    }

    /** @return for each kind the query that reads what its changes depend on */
    List<String> queries() {
        return parts.stream().map(Part::query).toList();
    }

    /** @param results at least one for each query, in their order */
    Decided decide(List<List<long[]>> results) {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            decisions.add(parts.get(i).decide(results.get(i)));
        }
        return decided(decisions);
    }

    /** @return null when one of the kinds has to read first */
    @Nullable
    Decided decideOptimistically() {
        List<Decision> decisions = new ArrayList<>();
        for (Part<?> part : parts) {
            Decision decision = part.decideOptimistically();
            if (decision == null) {
                return null;
            }
            decisions.add(decision);
        }
        return decided(decisions);
    }

    /** @param decisions one for each part, in their order */
    private Decided decided(List<Decision> decisions) {
        Outcome[] outcomes = new Outcome[size];
        List<Sql> statements = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).place(decisions.get(i).outcomes(), outcomes);
            statements.addAll(decisions.get(i).statements());
        }
        return new Decided(
                Arrays.stream(outcomes).map(Outcome::changed).toList(),
                Arrays.stream(outcomes)
                        .map(Outcome::notification)
                        .filter(Objects::nonNull)
                        .toList(),
                statements);
    }

    /**
     * What the changes do.
     *
     * @param changed for each change whether it changes anything
     * @param statements that save the changes, without their notifications
     */
    record Decided(List<Boolean> changed, List<NewNotification> notifications, List<Sql> statements) {

        /** @param lastSeq the last one given before */
        Committed result(long lastSeq) {
            return new Committed(changed, events(lastSeq));
        }

        /** @param lastSeq the last one given before */
        List<LoggedEvent> events(long lastSeq) {
            List<LoggedEvent> events = new ArrayList<>();
            for (NewNotification notification : notifications) {
                events.add(LoggedEvent.of(lastSeq + events.size() + 1, notification));
            }
            return events;
        }
    }

    /** The changes of one kind, and where in the batch each of them stands. */
    private static final class Part<C> {

        private final BatchedChanges<C> kind;
        private final List<C> changes = new ArrayList<>();
        private final List<Integer> indexes = new ArrayList<>();

        Part(BatchedChanges<C> kind) {
            this.kind = kind;
        }

        /** @param waiting of this kind */
        @SuppressWarnings("unchecked")
        void add(WaitingChange<?> waiting, int index) {
            changes.add((C) waiting.change());
            indexes.add(index);
        }

        String query() {
            return kind.query(changes);
        }

        Decision decide(List<long[]> rows) {
            return kind.decide(changes, rows);
        }

        @Nullable
        Decision decideOptimistically() {
            return kind.decideOptimistically(changes);
        }

        /** @param all of the batch; those of this kind are added */
        void place(List<Outcome> outcomes, Outcome[] all) {
            for (int i = 0; i < indexes.size(); i++) {
                all[indexes.get(i)] = outcomes.get(i);
            }
        }
    }
}
