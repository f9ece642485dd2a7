package io.github.follownotify.follow.notification;

/** A notification was appended to the log; listeners that wait for the commit know then that one waits for its number. */
public record NotificationAppended() {}
