/**
 * Publishes the log to python-socketio's servers, in the form in which their {@code KombuManager} (RabbitMQ) and {@code
 * RedisManager} (Redis) read it: for teams that have moved follows to this service and still have clients on a server
 * of their own. Off unless configured; then nothing here exists but the settings.
 *
 * <p><b>Behind the log.</b> A destination reads the log by itself, independent of the relay, and keeps in the table
 * {@code destination} the last event that it has taken. One replica at a time does it, the owner of the destination's
 * lease: it reads a page, publishes it in order, waits for the broker's answer, and saves how far it came. So every
 * event is published at least once and in order, even after an outage, a crash, or a change of the owner; some are
 * published again then. A replica that was frozen and has lost its lease publishes one message at most.
 *
 * <p><b>Nobody listens.</b> A message that no queue takes (RabbitMQ) or no subscriber hears (Redis) counts as not
 * published. It is tried again, alone, with longer and longer pauses, and everything behind it waits in the log. What a
 * server does with a message is its own affair: it emits to those who are connected and keeps nothing.
 *
 * <p><b>Beginning.</b> A destination that is enabled for the first time begins at the head of the log, not with its
 * history. One that was disabled continues where it stopped, as far as the log reaches back.
 *
 * <p><b>Form.</b> {@link io.github.follownotify.follow.pythonsocketio.EmitMessage} writes JSON. Versions that exchange
 * pickles read it, too: what is no pickle is tried as JSON. {@code data} must be an object for that: newer versions
 * take an array for a list of arguments, older ones for one argument. All bodies of the log are objects.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.follow.pythonsocketio;
