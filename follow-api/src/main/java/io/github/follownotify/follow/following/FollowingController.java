package io.github.follownotify.follow.following;

import io.github.follownotify.follow.web.Problem;
import io.github.follownotify.follow.web.ProblemException;
import io.github.follownotify.follow.web.TraceParent;
import io.github.follownotify.jwt.VerifiedUser;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.regex.Pattern;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

@RestController
class FollowingController {

    private static final String DEFAULT_LIMIT = "50";
    private static final String PAGE_LIMIT = "must be an integer from 1 to 100";
    private static final String A_USER_ID = "must be a positive 64-bit integer";
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,19}");

    private final Followings followings;
    private final FollowingRepository relations;

    FollowingController(Followings followings, FollowingRepository relations) {
        this.followings = followings;
        this.relations = relations;
    }

    @PostMapping(path = "/followings", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Followed> follow(
            VerifiedUser user,
            @RequestBody Follow follow,
            @RequestHeader(name = TraceParent.HEADER, required = false) @Nullable String traceparent) {
        long target = follow.userId();
        if (target == user.id()) {
            throw new ProblemException(Problem.FOLLOWING_ONESELF, "User %d is the caller.".formatted(target));
        }
        boolean isNew = followings.follow(user, target, TraceParent.validOrNull(traceparent));
        return ResponseEntity.status(isNew ? HttpStatus.CREATED : HttpStatus.OK).body(Followed.of(target));
    }

    @DeleteMapping("/followings/{target}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unfollow(VerifiedUser user, @PathVariable @Positive(message = A_USER_ID) long target) {
        followings.unfollow(user, target);
    }

    @GetMapping(path = "/followings", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<RelationPage> followings(
            VerifiedUser user,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = DEFAULT_LIMIT) @Range(min = 1, max = 100, message = PAGE_LIMIT) int limit) {
        List<Relation> found = relations.followedBy(user.id(), startAfter(cursor), Limit.of(limit + 1));
        return page("/followings", RelationPage.of(found, limit), limit);
    }

    @GetMapping(path = "/followers", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<RelationPage> followers(
            VerifiedUser user,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = DEFAULT_LIMIT) @Range(min = 1, max = 100, message = PAGE_LIMIT) int limit) {
        List<Relation> found = relations.followersOf(user.id(), startAfter(cursor), Limit.of(limit + 1));
        return page("/followers", RelationPage.of(found, limit), limit);
    }

    private static long startAfter(@Nullable String cursor) {
        try {
            return RelationPage.startAfter(cursor);
        } catch (IllegalArgumentException unknown) {
            throw ProblemException.ofField("cursor", "must be the next_cursor of an earlier page");
        }
    }

    /** Without host and scheme, so it holds behind any proxy (RFC 8288, section 3.1). */
    private static ResponseEntity<RelationPage> page(String path, RelationPage page, int limit) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (page.nextCursor() != null) {
            answer.header(
                    HttpHeaders.LINK,
                    "<%s?cursor=%s&limit=%d>; rel=\"next\"".formatted(path, page.nextCursor(), limit));
        }
        return answer.body(page);
    }

    /**
     * Whom to follow.
     *
     * @param target user id
     * @param targetStr the same in digits, alone or beside the number, for languages whose numbers are exact only up to
     *     2^53
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Follow(@Nullable Long target, @Nullable String targetStr) {

        long userId() {
            if (targetStr == null) {
                return positive("target", target == null ? 0 : target);
            }
            long id = positive("target_str", parsed(targetStr));
            if (target != null && target != id) {
                throw ProblemException.ofField("target_str", "must be the same id as target");
            }
            return id;
        }

        /** Digits only: Long.parseLong would also take a sign and the digits of other scripts. */
        private static long parsed(String digits) {
            try {
                return DIGITS.matcher(digits).matches() ? Long.parseLong(digits) : 0;
            } catch (NumberFormatException moreThan64Bits) {
                return 0;
            }
        }

        private static long positive(String field, long id) {
            if (id <= 0) {
                throw ProblemException.ofField(field, A_USER_ID);
            }
            return id;
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Followed(long target, String targetStr) {

        static Followed of(long target) {
            return new Followed(target, Long.toString(target));
        }
    }
}
