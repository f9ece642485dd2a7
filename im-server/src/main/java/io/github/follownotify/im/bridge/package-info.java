/**
 * Lets programs that emit with python-socketio reach the clients of this node: what {@code KombuManager(url,
 * write_only=True)} publishes to RabbitMQ and {@code RedisManager} to Redis. Off unless configured; then nothing here
 * exists but the settings.
 *
 * <p><b>Live only.</b> These events have no seq: they are emitted as they come, to the devices that are connected now,
 * and are not replayed. Every node reads the whole stream and emits to its own sockets.
 *
 * <p><b>Formats.</b> python-socketio from 5.14 publishes JSON, older versions a pickle. The pickle is read by {@link
 * io.github.follownotify.im.bridge.PlainUnpickler}, which builds text, numbers, lists and dictionaries and nothing
 * else: a pickle is a program, so whatever it would import, construct or call is refused before that happens.
 *
 * <p><b>Rooms are user ids.</b> A room of any other name has no members here. A device is in its user's room for as
 * long as it is connected, therefore closing a room disconnects the devices in it.
 *
 * <p><b>Bad messages</b> are counted by reason. Those that nobody could have meant are parked in a queue as well, off
 * the thread that reads; a flood of them costs a bounded amount of memory and one line of log a minute.
 *
 * <p><b>Threads.</b> One for each source, which connects, waits until the connection breaks, and connects again.
 * Messages are handled on the client library's thread, one at a time, in order; emitting never blocks.
 *
 * <p>A package of im-server and not a module: what it would keep out is three jars, and a second artifact to build,
 * ship and choose would cost every operator more than those.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.bridge;
