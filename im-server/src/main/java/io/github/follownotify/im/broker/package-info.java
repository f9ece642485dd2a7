/**
 * Takes messages from this node's queue at the broker and hands events and heartbeats to the sequence.
 *
 * <p>The consumer never throws and never requeues. A malformed message is parked with the reason and acknowledged: see {@link
 * io.github.follownotify.im.broker.InvalidEvents}.
 *
 * <p>{@link io.github.follownotify.im.broker.EventFeed} starts and stops everything in order and notices silence. Silence
 * also declares the topology again, because a binding that was deleted by hand makes no other noise. Without follow-api there
 * are no heartbeats, and silence alone is no reason to be unready: only a known gap is.
 *
 * <p><b>Two nodes with one id</b> would share a queue and each see half of the events. The consumer is exclusive, so that
 * the second one gets nothing, says why, and takes over when the first is gone, as in a rolling restart.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.broker;
