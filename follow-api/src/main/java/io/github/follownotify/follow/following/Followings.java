package io.github.follownotify.follow.following;

import io.github.follownotify.follow.notification.NewNotification;
import io.github.follownotify.follow.notification.NotificationLog;
import io.github.follownotify.jwt.VerifiedUser;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Saves a new relation and its notification together, or neither. */
@Component
class Followings {

    private final FollowingRepository followings;
    private final NotificationLog notifications;
    private final JsonMapper json;
    private final FollowingChanges changes;
    private final Clock clock;

    Followings(
            FollowingRepository followings,
            NotificationLog notifications,
            JsonMapper json,
            FollowingChanges changes,
            Clock clock) {
        this.followings = followings;
        this.notifications = notifications;
        this.json = json;
        this.changes = changes;
        this.clock = clock;
    }

    /** @return whether the relation is new; a repeat changes nothing and notifies nobody */
    boolean follow(VerifiedUser follower, long target, @Nullable String traceparent) {
        return changes.follow(() -> {
            if (followings.existsByFollowerIdAndTargetId(follower.id(), target)) {
                return false;
            }
            Instant now = clock.instant();
            followings.save(new Following(follower.id(), target, now));
            notifications.append(notification(follower, target, traceparent, now));
            return true;
        });
    }

    /** Ends the relation, if there is one. */
    void unfollow(VerifiedUser follower, long target) {
        changes.unfollow(() -> followings.remove(follower.id(), target) > 0);
    }

    private NewNotification notification(
            VerifiedUser follower, long target, @Nullable String traceparent, Instant now) {
        FollowNotify event = FollowNotify.of(follower, now);
        return new NewNotification(
                event.id(),
                target,
                follower.id(),
                FollowNotify.EVENT,
                json.writeValueAsString(event),
                traceparent,
                now);
    }
}
