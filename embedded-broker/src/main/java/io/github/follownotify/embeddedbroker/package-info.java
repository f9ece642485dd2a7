/**
 * An AMQP 0-9-1 broker inside this JVM, for the quick start and for tests on machines without RabbitMQ.
 *
 * <p>It is Apache Qpid Broker-J with everything kept in memory. It speaks RabbitMQ's protocol, but not RabbitMQ's queue
 * arguments, so {@link io.github.follownotify.embeddedbroker.QueueArguments} translates those that have a
 * counterpart. What has none is left out: {@code x-expires}, {@code x-death}, {@code x-overflow=reject-publish} and
 * quorum semantics. Nothing may depend on these for correctness when it is to run here.
 *
 * <p>A {@link io.github.follownotify.embeddedbroker.EmbeddedBroker} is started and closed by whoever uses it; the
 * Spring part of this package only teaches an application to talk to one and is switched on with
 * {@code follow-notify.embedded-broker=true}.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.embeddedbroker;
