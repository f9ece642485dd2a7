package io.github.follownotify.follow.following;

import io.github.follownotify.follow.notification.LogWriter;
import io.github.follownotify.jwt.VerifiedUser;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Saves a new relation and its notification atomically. */
@Component
class Followings {

    private final LogWriter log;
    private final RelationChanges changes;
    private final Clock clock;
    private final Counter created;
    private final Counter removed;
    private final Counter repeated;

    Followings(LogWriter log, RelationChanges changes, Clock clock, MeterRegistry metrics) {
        this.log = log;
        this.changes = changes;
        this.clock = clock;
        this.created = counter(metrics, "created");
        this.removed = counter(metrics, "removed");
        this.repeated = counter(metrics, "repeated");
    }

    /** @return whether the relation is new; a repeat changes nothing and sends no notification */
    boolean follow(VerifiedUser follower, long target, @Nullable String traceparent) {
        boolean isNew = log.write(changes, new RelationChange(follower, target, true, traceparent, clock.instant()));
        (isNew ? created : repeated).increment();
        return isNew;
    }

    /** Ends the relation, if there is one. */
    void unfollow(VerifiedUser follower, long target) {
        if (log.write(changes, new RelationChange(follower, target, false, null, clock.instant()))) {
            removed.increment();
        }
    }

    private static Counter counter(MeterRegistry metrics, String change) {
        return Counter.builder("follow.relations")
                .description("Requests to follow or unfollow, by what they changed")
                .tag("change", change)
                .register(metrics);
    }
}
