package io.github.follownotify.system.harness;

/** A follow that was sent to the API, and what came of it; moments are nanoseconds of one clock. */
record Attempt(long startedAt, long answeredAt, Answer answer) {

    /** What the API answered. */
    enum Answer {
        /** 2xx: must arrive. */
        ACKNOWLEDGED,
        /** 4xx: must not arrive. */
        REFUSED,
        /** 5xx, time-out, connection lost: may or may not arrive. */
        UNKNOWN
    }
}
