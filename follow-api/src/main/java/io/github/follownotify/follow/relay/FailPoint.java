package io.github.follownotify.follow.relay;

/** The instants at which a process that dies is most likely to lose or repeat something. */
enum FailPoint {
    /** A follow is committed; the caller has no answer and the relay does not know. */
    AFTER_COMMIT,
    /** Numbers are committed, nothing is sent. */
    AFTER_NUMBERING,
    /** The first event of a batch is sent, the others are not. */
    AFTER_PUBLISH,
    /** All events of a batch are sent, no confirm was looked at. */
    BEFORE_CONFIRM,
    /** The broker has confirmed everything and the cursor has not moved. */
    AFTER_CONFIRM
}
