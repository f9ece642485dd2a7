/**
 * A user's connected devices: admission by token, expiry and refresh, recovery, and the queue of events that wait.
 *
 * <ul>
 *   <li>No room, no event, before CONNECT was accepted.
 *   <li>Within a connection, events of the log go out once and in the order of their seq.
 *   <li>What waits for a device is bounded; over the bound it is closed and recovers by replay.
 *   <li>After a device has left its room, nothing that waited for it goes out any more.
 *   <li>No token is logged, or kept for longer than CONNECT and the replay take.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.devices;
