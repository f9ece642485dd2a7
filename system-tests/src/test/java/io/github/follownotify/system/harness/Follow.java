package io.github.follownotify.system.harness;

/** A follow is known by its pair of users, which the harness uses only once. */
record Follow(long follower, long target) {}
