package io.github.follownotify.follow.notification;

import java.util.List;

/**
 * What a transaction did.
 *
 * @param changed for each change of the batch whether it changed anything
 * @param events what was added to the log
 */
record Committed(List<Boolean> changed, List<LoggedEvent> events) {}
