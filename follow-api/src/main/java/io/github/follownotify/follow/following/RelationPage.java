package io.github.follownotify.follow.following;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * One page of relations, newest first.
 *
 * @param nextCursor what to ask for next, null on the last page
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record RelationPage(List<Item> items, @Nullable String nextCursor) {

    /** Before the newest relation. */
    static final long FROM_THE_START = Long.MAX_VALUE;

    /** @param found up to one more than the page holds, which shows that there is a next page */
    static RelationPage of(List<Relation> found, int limit) {
        List<Relation> shown = found.size() > limit ? found.subList(0, limit) : found;
        return new RelationPage(
                shown.stream().map(Item::of).toList(),
                found.size() > limit ? cursor(shown.get(limit - 1).id()) : null);
    }

    /**
     * @return the id after which the page begins
     * @throws IllegalArgumentException when we never issued this cursor
     */
    static long startAfter(@Nullable String cursor) {
        if (cursor == null) {
            return FROM_THE_START;
        }
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        if (bytes.length != Long.BYTES) {
            throw new IllegalArgumentException("a cursor has %d bytes, not %d".formatted(Long.BYTES, bytes.length));
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    private static String cursor(long id) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record Item(long userId, String userIdStr, Instant followedAt) {

        static Item of(Relation relation) {
            return new Item(
                    relation.userId(), Long.toString(relation.userId()), Instant.ofEpochMilli(relation.createdAt()));
        }
    }
}
