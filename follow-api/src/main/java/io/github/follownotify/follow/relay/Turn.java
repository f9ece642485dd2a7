package io.github.follownotify.follow.relay;

import java.util.List;

/** What the relay's row in the database permits a replica to do. */
sealed interface Turn {

    /** To publish these: their numbers are committed and the lease is ours. */
    record Batch(long fence, List<WaitingEvent> events) implements Turn {}

    /** To rest: nothing waits. */
    record Rest() implements Turn {}

    /** To wait: another replica is at work and takes what is there, as long as it lives. */
    record Held() implements Turn {}

    /** To begin anew: our lease ran out and another replica took over; it may publish once more what we published. */
    record Lost() implements Turn {}
}
