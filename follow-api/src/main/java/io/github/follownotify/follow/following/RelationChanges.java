package io.github.follownotify.follow.following;

import io.github.follownotify.follow.database.Sql;
import io.github.follownotify.follow.following.RelationChange.Pair;
import io.github.follownotify.follow.notification.BatchedChanges;
import io.github.follownotify.follow.notification.NewNotification;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Saves the relations of a batch with three statements at most: which of them exist, which end, which begin. Nearly all
 * changes begin a new relation. Then the insert alone is enough: the unique key refuses a pair that exists.
 */
@Component
class RelationChanges implements BatchedChanges<RelationChange> {

    private final JsonMapper json;

    RelationChanges(JsonMapper json) {
        this.json = json;
    }

    @Override
    public @Nullable Decision decideOptimistically(List<RelationChange> changes) {
        return changes.stream().allMatch(RelationChange::begin) ? decide(changes, List.of()) : null;
    }

    @Override
    public String query(List<RelationChange> changes) {
        return "SELECT follower_id, target_id FROM following WHERE "
                + pairs(changes.stream().map(RelationChange::pair).collect(Collectors.toSet()));
    }

    @Override
    public Decision decide(List<RelationChange> changes, List<long[]> rows) {
        Set<Pair> before = rows.stream().map(row -> new Pair(row[0], row[1])).collect(Collectors.toSet());
        Set<Pair> now = new HashSet<>(before);
        Set<Pair> ended = new HashSet<>();
        Map<Pair, RelationChange> begun = new LinkedHashMap<>();
        List<Outcome> outcomes = new ArrayList<>(changes.size());
        for (RelationChange change : changes) {
            Pair pair = change.pair();
            if (change.begin() && now.add(pair)) {
                begun.put(pair, change);
                outcomes.add(new Outcome(true, notification(change)));
            } else if (!change.begin() && now.remove(pair)) {
                begun.remove(pair);
                if (before.contains(pair)) {
                    ended.add(pair);
                }
                outcomes.add(new Outcome(true, null));
            } else {
                outcomes.add(Outcome.UNCHANGED);
            }
        }
        List<Sql> statements = new ArrayList<>(2);
        if (!ended.isEmpty()) {
            statements.add(new Sql("DELETE FROM following WHERE " + pairs(ended), List.of()));
        }
        if (!begun.isEmpty()) {
            statements.add(insert(begun.values()));
        }
        return new Decision(outcomes, statements);
    }

    private static Sql insert(Collection<RelationChange> begun) {
        return Sql.insert(
                "following (follower_id, target_id, created_at)",
                begun.stream()
                        .map(change -> List.of(
                                change.follower().id(),
                                change.target(),
                                change.at().toEpochMilli()))
                        .toList());
    }

    /**
     * All values are numbers, so there is nothing to escape.
     *
     * <p>Not as (a, b) IN (...): MariaDB 10.11 scans the full table for that.
     */
    private static String pairs(Set<Pair> pairs) {
        return pairs.stream()
                .map(pair -> "(follower_id = " + pair.follower() + " AND target_id = " + pair.target() + ")")
                .collect(Collectors.joining(" OR "));
    }

    private NewNotification notification(RelationChange change) {
        FollowNotify event = FollowNotify.of(change.follower(), change.at());
        return new NewNotification(
                event.id(),
                change.target(),
                FollowNotify.EVENT,
                json.writeValueAsString(event),
                change.traceparent(),
                change.at());
    }
}
