package io.github.follownotify.follow.notification;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.github.follownotify.follow.web.ServiceCall;
import io.github.follownotify.jwt.VerifiedUser;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/** Reads of the log: a user's own notifications, and everything for im-server. */
@RestController
class LogController {

    private static final String A_SEQ = "must be a seq, or 0 for the beginning";
    private static final String USER_LIMIT = "must be an integer from 1 to 100";
    private static final String SERVICE_LIMIT = "must be an integer from 1 to 1000";

    private static final String PAIRS = "must be 1 to 200 pairs of user_id and after";
    private static final String A_USER_ID = "must be a positive 64-bit integer";

    /** Most events in one answer, so that its size is bounded however many pairs there are. */
    private static final int MOST_MISSED = 4000;

    private final LogReader reader;

    LogController(LogReader reader) {
        this.reader = reader;
    }

    @GetMapping(path = "/notifications", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<UserItem> notifications(
            VerifiedUser user,
            @RequestParam(defaultValue = "0") @PositiveOrZero(message = A_SEQ) long after,
            @RequestParam(defaultValue = "50") @Range(min = 1, max = 100, message = USER_LIMIT) int limit) {
        LogReader.Part part = reader.ofUser(user.id(), after, limit);
        return new Page<>(
                part.notifications().stream().map(UserItem::of).toList(),
                part.head(),
                part.oldestSeq(),
                part.afterId());
    }

    @GetMapping(path = "/log", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<ServiceItem> log(
            ServiceCall caller,
            @RequestParam(defaultValue = "0") @PositiveOrZero(message = A_SEQ) long after,
            @RequestParam(defaultValue = "500") @Range(min = 1, max = 1000, message = SERVICE_LIMIT) int limit) {
        LogReader.Part part = reader.ofEveryone(after, limit);
        return new Page<>(
                part.notifications().stream().map(ServiceItem::of).toList(),
                part.head(),
                part.oldestSeq(),
                part.afterId());
    }

    /** For im-server: what the users of many returning devices missed, in one read. */
    @PostMapping(path = "/log/missed", produces = MediaType.APPLICATION_JSON_VALUE)
    MissedPage missed(ServiceCall caller, @Validated @RequestBody MissedQuery query) {
        int limit =
                Math.max(1, Math.min(query.limit(), MOST_MISSED / query.pairs().size()));
        LogReader.Missed missed = reader.missed(
                query.pairs().stream()
                        .map(pair -> new LogReader.Pair(pair.userId(), pair.after()))
                        .toList(),
                limit);
        return new MissedPage(
                missed.pairs().stream().map(MissedItem::of).toList(), limit, missed.head(), missed.oldestSeq());
    }

    /** @param limit most events for each pair; fewer are given when there are many pairs */
    record MissedQuery(
            @NotNull(message = PAIRS) @Size(min = 1, max = 200, message = PAIRS)
            List<@Valid @NotNull(message = PAIRS) PairOfQuery> pairs,

            @Range(min = 1, max = 100, message = USER_LIMIT) int limit) {}

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record PairOfQuery(
            @Positive(message = A_USER_ID) long userId,
            @PositiveOrZero(message = A_SEQ) long after) {}

    /**
     * @param items one for each pair, in the order of the query
     * @param limit most events that a pair could get; a pair with as many may have more
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record MissedPage(List<MissedItem> items, int limit, long head, long oldestSeq) {}

    /** The user comes before the events in the JSON, so that a streaming reader knows whose they are. */
    @JsonPropertyOrder({"user_id", "after", "after_id", "events"})
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record MissedItem(long userId, long after, @Nullable UUID afterId, List<ServiceItem> events) {

        static MissedItem of(LogReader.MissedOfPair missed) {
            return new MissedItem(
                    missed.pair().userId(),
                    missed.pair().after(),
                    missed.afterId(),
                    missed.events().stream().map(ServiceItem::of).toList());
        }
    }

    /**
     * Part of the log, in its order.
     *
     * @param head the last seq assigned
     * @param oldestSeq the lowest seq that the log still holds; the answer is complete from there on
     * @param afterId id of the event after which this part begins, null when the log does not hold it: a reader that
     *     saw another event under that seq knows that the log's history has changed
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Page<T>(
            List<T> items,
            long head,
            long oldestSeq,
            @Nullable UUID afterId) {}

    /**
     * The data goes out as it was stored: readers get the same bytes that the broker had.
     *
     * @param offset what a device that has shown this item sends to im-server to continue from here
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record UserItem(long seq, String event, @JsonRawValue String data, Instant createdAt, UUID id, String offset) {

        static UserItem of(LoggedEvent logged) {
            return new UserItem(
                    logged.seq(),
                    logged.event(),
                    logged.data(),
                    Instant.ofEpochMilli(logged.createdAt()),
                    logged.id(),
                    logged.seq() + "." + logged.id().toString().substring(0, 8));
        }
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ServiceItem(
            long seq,
            long room,
            String event,
            UUID id,
            Instant createdAt,
            @JsonRawValue String data) {

        static ServiceItem of(LoggedEvent logged) {
            return new ServiceItem(
                    logged.seq(),
                    logged.recipientId(),
                    logged.event(),
                    logged.id(),
                    Instant.ofEpochMilli(logged.createdAt()),
                    logged.data());
        }
    }
}
