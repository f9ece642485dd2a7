package io.github.follownotify.follow.relay;

/** The instants at which a process that dies is most likely to lose or repeat something. */
enum FailPoint {
    /** Follows are committed; no caller has been answered and the publisher has not been told. */
    AFTER_COMMIT,
    /** The first event of a batch is sent, the others are not. */
    AFTER_PUBLISH,
    /** All events of a batch are sent, no confirm has been processed. */
    BEFORE_CONFIRM,
    /** The broker has confirmed something that is not yet saved in the database. */
    AFTER_CONFIRM
}
