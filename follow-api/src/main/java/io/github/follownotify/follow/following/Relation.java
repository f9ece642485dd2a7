package io.github.follownotify.follow.following;

/**
 * The other side of a user's relation.
 *
 * @param id rises in order of creation
 * @param userId the user on the other side
 * @param createdAt milliseconds since 1970
 */
record Relation(long id, long userId, long createdAt) {}
