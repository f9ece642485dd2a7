/**
 * Takes events from the broker and emits each one once, in order, and none left out.
 *
 * <p><b>Model.</b> The broker is the fast path, the log is the truth. {@link
 * io.github.follownotify.im.events.EventConsumer} takes what this node's own queue brings. {@link
 * io.github.follownotify.im.events.EventSequence} holds the position: the last seq of the log that was delivered. The
 * next seq is delivered at once, a lower one is a repetition, a higher one is a gap. {@link
 * io.github.follownotify.im.events.CatchUp} fills gaps from follow-api. Delivering is: remember in {@link
 * io.github.follownotify.im.events.RecentEvents}, then emit, so that whoever enters a room and then asks for what was
 * missed loses nothing. Events without a seq are emitted as they come.
 *
 * <p><b>When the log is read.</b> After a jump in seq, when a heartbeat names a head that was not reached, when the
 * consumer was attached (its queue may be a new one), when nothing was heard for three heartbeats, and when a heartbeat
 * names a head far behind (a restored log). Silence also declares the topology again, because a binding that was
 * deleted by hand makes no other noise.
 *
 * <p><b>Without the broker</b> the log is read twice a second: the relay goes on numbering, so an outage of the broker
 * costs no more than that time. When the broker is back it brings all of that again; what is new waits behind those
 * repetitions in the queue, so as long as they last the log is read, too.
 *
 * <p><b>While the log is read</b>, events that follow on the position are still delivered. Others wait in a bounded tail,
 * only to meet the end of the log at full speed: whatever does not fit is read from the log. Nothing is emitted out of
 * order to anyone, therefore a gap stops the events behind it, also while follow-api does not answer. Then the node says
 * that it is not ready, asks again with growing, jittered pauses, and goes on at once when the broker itself fills the gap.
 *
 * <p><b>Start.</b> What lies before the head of the log at start is owed to nobody here: those who come later replay it.
 * So the position is that head, if follow-api names it before the first client is let in; else it comes from the first
 * message of a queue that was consumed before the first client was let in. When both came too late, clients are told to
 * reload once the position is known. Then the window is filled backwards from the log, up to its age and size: within what
 * is left of the wait at start, or later beside the live events. Those who lost their connection with the node are served
 * from there.
 *
 * <p><b>Without follow-api</b> events are delivered as the broker brings them, and silence is no reason to be unready.
 * Only a known gap is.
 *
 * <p><b>A log that was restored from a backup</b> gives numbers a second time. The node begins at its head and ends every
 * connection: clients come back, and those whose place the log does not know are told to reload.
 *
 * <p><b>Threads.</b> The consumer's, the catch-up's and the watch's. One lock, in EventSequence, orders all delivery.
 * RecentEvents has its own, taken inside of it or alone.
 *
 * <p><b>Bad messages</b> are parked with the reason and acknowledged; see {@link
 * io.github.follownotify.im.events.InvalidEvents}. The consumer never throws and never requeues.
 *
 * <p><b>Two nodes with one id</b> would share a queue and each see half of the events. The consumer is exclusive, so that
 * the second one gets nothing, says why, and takes over when the first is gone, as in a rolling restart.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.events;
