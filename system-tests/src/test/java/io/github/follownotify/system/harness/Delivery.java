package io.github.follownotify.system.harness;

/**
 * From the answer to a follow to its arrival at one device; an event may overtake the answer, then both are the same.
 */
record Delivery(long answeredAt, long arrivedAt) {

    double seconds() {
        return NanoTime.seconds(answeredAt, arrivedAt);
    }
}
