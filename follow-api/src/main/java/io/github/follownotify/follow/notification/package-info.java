/**
 * The log of notifications: outbox, inbox and source of replay in one table.
 *
 * <p>A row is appended in the transaction of the change that caused it. Only then does the relay give it its number
 * ({@code seq}), so a number never belongs to something that was rolled back.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.notification;
