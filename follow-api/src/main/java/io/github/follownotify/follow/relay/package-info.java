/**
 * Numbers the committed notifications and publishes them, in order and at least once.
 *
 * <p><b>Model.</b> Every replica runs one relay: one daemon thread that sleeps until a commit of its own process wakes it,
 * or until the next poll. The replicas take turns by a lease in the only row of the table {@code relay}. Whoever holds it
 * publishes batches until nothing waits and gives it back, so a lease lasts milliseconds unless its owner died.
 *
 * <p><b>A batch.</b> (1) One transaction under the row's lock takes or renews the lease, gives the next waiting
 * notifications contiguous numbers and commits. (2) The batch is published on one channel, in order, and every confirm is
 * awaited; no transaction is open meanwhile. (3) One transaction under the row's lock moves {@code confirmed_seq},
 * numbers what waits, and either takes the next batch or gives the lease back.
 *
 * <p><b>Invariants.</b> Numbers are committed BEFORE they are published. {@code confirmed_seq} NEVER moves past a
 * notification that the broker has not confirmed, and ONLY by the owner of the current fence: an owner that stalled past
 * its lease may publish once more what others published too (receivers drop a number they have seen), but its fence is
 * old and it moves nothing. Leases expire by the database's clock; clocks of two machines are never compared.
 *
 * <p><b>Numbers ahead.</b> Numbers are given under the row's lock and need no lease. While the broker holds up the
 * relay's thread, {@link io.github.follownotify.follow.relay.NumberingAhead} gives them; a replica that finds the lease
 * taken gives them, too. So the log goes on without the broker, and nodes read it there.
 *
 * <p><b>Failures.</b> Without RabbitMQ, publishing waits; that is normal operation for hours. After any failure the relay
 * gives the lease back where it can, waits with growing pauses, and starts again behind {@code confirmed_seq}. The
 * request threads never touch RabbitMQ and never wait for the relay.
 *
 * <p><b>Lifecycle.</b> Starts after everything it needs, whether or not RabbitMQ answers. Stops after the web server, so
 * that what the last requests committed is still published, within a bound.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.relay;
