package io.github.follownotify.follow.relay;

/**
 * What is committed and not yet confirmed.
 *
 * @param waiting number of notifications
 * @param oldestCreatedAt when the oldest of them was made, in milliseconds since 1970; 0 when none waits
 */
record Backlog(long waiting, long oldestCreatedAt) {}
