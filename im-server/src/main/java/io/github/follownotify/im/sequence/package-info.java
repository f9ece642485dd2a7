/**
 * Emits each event once, in order, and none left out, whatever the broker delivers.
 *
 * <p><b>Model.</b> The broker is the fast path, the log is the truth. {@link
 * io.github.follownotify.im.sequence.EventSequence} knows {@code delivered}, the last seq that was emitted. The next
 * seq is delivered at once, a lower one is a repeat, a higher one leaves a gap. {@link
 * io.github.follownotify.im.sequence.CatchUp} fills gaps from follow-api's log. Delivering is: remember in the window,
 * then emit, so that a device that enters its room and then asks for what it missed loses nothing. Events without a seq
 * are emitted as they come.
 *
 * <p><b>When the log is read.</b> When a missing seq has not arrived within the hold (replicas of follow-api publish
 * independently, so seqs may overtake each other by milliseconds); when a heartbeat names a head that was not reached;
 * when the consumer was attached (its queue may be a new one); when nothing was heard for three heartbeats; when a
 * message, a heartbeat or the log contradicts what was delivered. While the broker is away, brings only repeats, or has
 * brought nothing for half a heartbeat, the log is read twice a second.
 *
 * <p><b>While the log is read</b>, events that follow without a gap are still delivered. Others wait in a bounded
 * buffer, only to meet the end of the log at full speed: whatever does not fit is read from the log. Nothing is emitted
 * out of order, so a gap stops the events behind it, also while follow-api does not answer. Then the node is not ready,
 * retries with growing, jittered pauses, and goes on at once when the broker itself fills the gap.
 *
 * <p><b>Start.</b> What lies before the head of the log at start need not be delivered here: clients who connect later
 * replay it. So the sequence begins at that head, if follow-api names it before the first client may connect; else at
 * the first message of a queue that was consumed before the first client could connect. When both came too late,
 * clients are told to resync. Then the window is filled backwards from the log, up to its age and size.
 *
 * <p><b>Another history.</b> A database that fails over to a replica which was behind, or is restored from a backup,
 * reuses seqs for other events. Every event, heartbeat and page carries an id, so this shows. From then on nothing is
 * delivered on top of what is in doubt, until the log has been read: the new history may overtake the old one while
 * the log cannot be read, and would cover it. The last event that window and log have in common is found by binary
 * search, everything after it is forgotten, every client is disconnected, and the new history is delivered from there.
 * A client that has received events that are gone is told when it reconnects. Before a client recovers from the window
 * {@link io.github.follownotify.im.sequence.HistoryCheck} compares it with the log.
 *
 * <p><b>Threads.</b> The consumer's, the catch-up's and the watch's. One lock, in EventSequence, orders all delivery.
 * The window has its own, taken inside it or alone.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.sequence;
