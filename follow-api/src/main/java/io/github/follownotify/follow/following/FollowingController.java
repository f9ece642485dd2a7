package io.github.follownotify.follow.following;

import io.github.follownotify.follow.web.Problem;
import io.github.follownotify.follow.web.ProblemException;
import io.github.follownotify.follow.web.TraceParent;
import io.github.follownotify.jwt.VerifiedUser;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.List;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FollowingController {

    private static final String DEFAULT_LIMIT = "50";
    private static final String PAGE_LIMIT = "must be an integer from 1 to 100";
    private static final String A_USER_ID = "must be a positive 64-bit integer";

    private final Followings followings;
    private final FollowingRepository relations;

    FollowingController(Followings followings, FollowingRepository relations) {
        this.followings = followings;
        this.relations = relations;
    }

    @PostMapping("/followings")
    ResponseEntity<Followed> follow(
            VerifiedUser user,
            @Validated @RequestBody Follow follow,
            @RequestHeader(name = TraceParent.HEADER, required = false) @Nullable String traceparent) {
        long target = follow.target();
        if (target == user.id()) {
            throw new ProblemException(Problem.FOLLOWING_ONESELF, "User %d is the one who asks.".formatted(target));
        }
        boolean isNew = followings.follow(user, target, TraceParent.validOrNull(traceparent));
        return ResponseEntity.status(isNew ? HttpStatus.CREATED : HttpStatus.OK).body(new Followed(target));
    }

    @DeleteMapping("/followings/{target}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unfollow(VerifiedUser user, @PathVariable @Positive(message = A_USER_ID) long target) {
        followings.unfollow(user, target);
    }

    @GetMapping("/followings")
    ResponseEntity<RelationPage> followings(
            VerifiedUser user,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = DEFAULT_LIMIT) @Range(min = 1, max = 100, message = PAGE_LIMIT) int limit) {
        List<Relation> found = relations.followedBy(user.id(), position(cursor), Limit.of(limit + 1));
        return page("/followings", RelationPage.of(found, limit), limit);
    }

    @GetMapping("/followers")
    ResponseEntity<RelationPage> followers(
            VerifiedUser user,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = DEFAULT_LIMIT) @Range(min = 1, max = 100, message = PAGE_LIMIT) int limit) {
        List<Relation> found = relations.followersOf(user.id(), position(cursor), Limit.of(limit + 1));
        return page("/followers", RelationPage.of(found, limit), limit);
    }

    private static long position(@Nullable String cursor) {
        try {
            return RelationPage.position(cursor);
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

    record Follow(
            @NotNull(message = A_USER_ID) @Positive(message = A_USER_ID)
            Long target) {}

    record Followed(long target) {}
}
