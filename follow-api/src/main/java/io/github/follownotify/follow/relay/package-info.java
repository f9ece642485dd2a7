/**
 * Takes committed events to the broker, at least once, and keeps track of what the broker has confirmed.
 *
 * <p><b>The fast path.</b> The log's writer hands each committed batch over in memory. {@link
 * io.github.follownotify.follow.relay.EventPublisher} sends it on one channel and does not wait for confirms; nothing
 * is read back from the database. While the broker is away, or too much is in flight, the hand-over is dropped: the log
 * has it.
 *
 * <p><b>Confirms.</b> {@code confirmed_seq} is the last number up to which the broker has confirmed everything, of all
 * replicas. Each replica merges its own confirmed numbers into it four times a second. What lies beyond a number that
 * another replica still waits for is kept in the table {@code confirmed_range} until somebody closes that hole.
 *
 * <p><b>Republishing.</b> What a replica lost (no connection, a nack, a closed channel), and what any replica committed
 * some seconds ago and nobody had confirmed, is republished from the log by {@link
 * io.github.follownotify.follow.relay.Republisher}. The lease in the table {@code relay} lets one replica at a time do
 * that; it ends by the database's clock, and a replica whose own link to the broker does not work neither keeps nor
 * takes it. The lease only saves work: two replicas that publish the same events do no harm, because nodes drop a
 * number they have seen.
 *
 * <p><b>Invariants.</b> Nothing is published that was not committed. {@code confirmed_seq} NEVER moves past a number
 * that the broker has not confirmed to somebody. Nothing here locks the head of the log, so no follow ever waits for
 * the broker or for another replica's relay.
 *
 * <p><b>A database that lost commits</b> (failover to a replica that was behind, restore of a backup) may reuse seqs.
 * Before confirms are written down, the event of the highest number is compared with the log's; when it is a different
 * one, they are forgotten, and the events of the new history count as not confirmed.
 *
 * <p><b>By hand</b>, and not an outbox library, because those poll a table and remove or mark each row. Here the rows
 * stay, as inbox and replay, one number says how far they are published, and the usual path reads none of them.
 *
 * <p><b>Lifecycle.</b> Starts before the log's writer, whether or not RabbitMQ answers. Stops after it, so that what
 * the last requests committed is still published, within a bound.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.relay;
