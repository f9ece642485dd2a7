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
import java.util.stream.Stream;
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
        Decided decided = new Decided(size);
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).decide(results.get(i), decided);
        }
        return decided;
    }

    /** @return null when one of the kinds has to read first */
    @Nullable
    Decided decideOptimistically() {
        Decided decided = new Decided(size);
        return parts.stream().allMatch(part -> part.decideOptimistically(decided)) ? decided : null;
    }

    /** What the changes do. */
    static final class Decided {

        private final @Nullable Outcome[] outcomes;
        private final List<Sql> statements = new ArrayList<>();

        private Decided(int size) {
            outcomes = new Outcome[size];
        }

        /** @return what saves the changes, without their notifications */
        List<Sql> statements() {
            return statements;
        }

        List<NewNotification> notifications() {
            return outcomes()
                    .map(Outcome::notification)
                    .filter(Objects::nonNull)
                    .toList();
        }

        /** @param lastSeq the last one given before */
        Committed result(long lastSeq) {
            return new Committed(outcomes().map(Outcome::changed).toList(), events(lastSeq));
        }

        /** @param lastSeq the last one given before */
        List<LoggedEvent> events(long lastSeq) {
            List<LoggedEvent> events = new ArrayList<>();
            for (NewNotification notification : notifications()) {
                events.add(LoggedEvent.of(lastSeq + events.size() + 1, notification));
            }
            return events;
        }

        private Stream<Outcome> outcomes() {
            return Arrays.stream(outcomes).map(Objects::requireNonNull);
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

        void decide(List<long[]> rows, Decided decided) {
            add(kind.decide(changes, rows), decided);
        }

        boolean decideOptimistically(Decided decided) {
            Decision decision = kind.decideOptimistically(changes);
            if (decision != null) {
                add(decision, decided);
            }
            return decision != null;
        }

        private void add(Decision decision, Decided decided) {
            for (int i = 0; i < indexes.size(); i++) {
                decided.outcomes[indexes.get(i)] = decision.outcomes().get(i);
            }
            decided.statements.addAll(decision.statements());
        }
    }
}
