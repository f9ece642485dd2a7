package io.github.follownotify.follow.following;

import io.github.follownotify.follow.following.RelationChange.Pair;
import io.github.follownotify.follow.notification.BatchedChanges;
import io.github.follownotify.follow.notification.NewNotification;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Saves the relations of a batch with three statements at most: which of them exist, which end, which begin.
 *
 * <p>All values are numbers, so they are written into the statements: there is nothing to escape, and no statement to
 * prepare for every batch size.
 */
@Component
class RelationChanges implements BatchedChanges<RelationChange> {

    private final JsonMapper json;

    RelationChanges(JsonMapper json) {
        this.json = json;
    }

    @Override
    public List<Outcome> apply(JdbcOperations sql, List<RelationChange> changes) {
        Set<Pair> before = existing(sql, changes);
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
        delete(sql, ended);
        insert(sql, begun);
        return outcomes;
    }

    private static Set<Pair> existing(JdbcOperations sql, List<RelationChange> changes) {
        String pairs = pairs(changes.stream().map(RelationChange::pair).collect(Collectors.toSet()));
        return new HashSet<>(sql.query(
                "SELECT follower_id, target_id FROM following WHERE " + pairs,
                (row, number) -> new Pair(row.getLong(1), row.getLong(2))));
    }

    private static void delete(JdbcOperations sql, Set<Pair> ended) {
        if (!ended.isEmpty()) {
            sql.update("DELETE FROM following WHERE " + pairs(ended));
        }
    }

    private static void insert(JdbcOperations sql, Map<Pair, RelationChange> begun) {
        if (!begun.isEmpty()) {
            sql.update(begun.values().stream()
                    .map(change -> "(" + change.follower().id() + "," + change.target() + ","
                            + change.at().toEpochMilli() + ")")
                    .collect(Collectors.joining(
                            ",", "INSERT INTO following (follower_id, target_id, created_at) VALUES ", "")));
        }
    }

    /** Not as (a, b) IN (...): MariaDB 10.11 scans the full table for that. */
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
