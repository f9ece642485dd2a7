package io.github.follownotify.follow.notification;

import java.util.List;

/**
 * Events were committed to the log by this process. Published on the writer's thread before any caller is answered, so
 * listeners must not block.
 *
 * @param events in the order of their seq
 */
public record EventsCommitted(List<LoggedEvent> events) {}
