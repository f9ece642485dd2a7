package io.github.follownotify.follow.notification;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something a user is to be told.
 *
 * @param id the event's id, the same on the wire and in the log
 * @param recipientId user who is told
 * @param event name of the event, as clients subscribe to it
 * @param data JSON that clients receive
 * @param traceparent W3C trace context of the request that caused it, when there was a valid one
 */
public record NewNotification(
        UUID id,
        long recipientId,
        String event,
        String data,
        @Nullable String traceparent,
        Instant createdAt) {}
