/**
 * Breaks a whole installation on purpose and counts what became of every follow.
 *
 * <p>{@link io.github.follownotify.system.harness.Cluster} starts a MariaDB and a RabbitMQ of its own, two follow-apis
 * and two im-servers as processes behind HAProxy, and a {@link io.github.follownotify.testservices.FaultProxy} on every
 * connection between any two of them. While devices listen and users follow each other ({@link
 * io.github.follownotify.system.harness.Load}), {@link io.github.follownotify.system.harness.FaultSchedule} lets {@link
 * io.github.follownotify.system.harness.Fault faults} happen in an order that only the seed decides. At the end
 * everything is healed, and {@link io.github.follownotify.system.harness.Ledger} compares what was answered with what
 * arrived, in the words of RabbitMQ's own Jepsen suite.
 *
 * <p>A database that fails over to a replica that is behind, or is restored from a backup, loses follows that were
 * answered. The ledger learns which from what the database has then, and demands that every device that has received
 * one of them is told.
 *
 * <p>A {@link io.github.follownotify.system.harness.Mutant} checks the checker: a service that breaks a promise, of
 * which the ledger has to tell.
 *
 * <p>Threads: one plays the faults, one paces the follows, the HTTP and WebSocket clients bring their own, and each
 * stock client has one; the ledger and the timeline are the only state that they share, and both are safe for
 * concurrent use.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.system.harness;
