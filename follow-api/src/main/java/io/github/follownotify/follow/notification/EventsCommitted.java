package io.github.follownotify.follow.notification;

import java.util.List;

/**
 * Events were committed to the log by this process. Told on the writer's thread before any caller has its answer, so a
 * listener must not wait for anything.
 *
 * @param events in the order of their seq
 */
public record EventsCommitted(List<LoggedEvent> events) {}
