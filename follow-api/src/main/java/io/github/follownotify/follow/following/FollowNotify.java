package io.github.follownotify.follow.following;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.follownotify.jwt.VerifiedUser;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * What the target's devices receive as {@code following notify}.
 *
 * @param id the event's id
 * @param userId the follower
 * @param userName the follower's name, when the token carries one
 * @param userPhoto address of the follower's picture, when the token carries one
 * @param timestamp seconds since 1970
 */
@JsonPropertyOrder({"id", "user_id", "user_id_str", "user_name", "user_photo", "timestamp"})
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record FollowNotify(
        UUID id,
        long userId,
        @Nullable String userName,
        @Nullable String userPhoto,
        long timestamp) {

    static final String EVENT = "following notify";

    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_PHOTO = 2048;

    static FollowNotify of(VerifiedUser follower, Instant now) {
        return new FollowNotify(
                UUID.randomUUID(),
                follower.id(),
                shortened(follower.name()),
                usable(follower.photo()),
                now.getEpochSecond());
    }

    /** For languages whose numbers are exact only up to 2^53, such as JavaScript. */
    @JsonProperty("user_id_str")
    String userIdAsText() {
        return Long.toString(userId);
    }

    /** A truncated name is still useful. Counted in code points, so that no character is cut in two. */
    private static @Nullable String shortened(@Nullable String name) {
        if (name == null || name.codePointCount(0, name.length()) <= LONGEST_NAME) {
            return name;
        }
        return name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME));
    }

    /** A truncated address is useless. Control characters never belong in one and grow sixfold as JSON. */
    private static @Nullable String usable(@Nullable String photo) {
        return photo == null || photo.length() > LONGEST_PHOTO || photo.chars().anyMatch(Character::isISOControl)
                ? null
                : photo;
    }
}
