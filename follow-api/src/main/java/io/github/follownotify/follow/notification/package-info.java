/**
 * The log of notifications: outbox, inbox and source of replay in one table.
 *
 * <p>A row is appended, with its number ({@code seq}), in the transaction of the change that caused it. The lock of the
 * log's head is held until that transaction ends, so numbers are contiguous and follow the order of commits.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.notification;
