package io.github.follownotify.follow.relay;

/** The instants at which a process that dies is most likely to lose or repeat something. */
enum FailPoint {
    /** Follows are committed; no caller has an answer and the publisher does not know. */
    AFTER_COMMIT,
    /** The first event of a batch is sent, the others are not. */
    AFTER_PUBLISH,
    /** All events of a batch are sent, no confirm was looked at. */
    BEFORE_CONFIRM,
    /** The broker has confirmed something and the database does not know. */
    AFTER_CONFIRM
}
