/**
 * Engine.IO: sessions over long-polling and WebSocket, with heartbeats, the upgrade from one to the other, and limits
 * on what a connection may cost. It carries messages and does not know what they mean.
 *
 * <p>A session goes through {@code opening}, {@code open}, {@code closing} (the client was told, what it still sends
 * does not count) and {@code closed}. It belongs to the event loop of its first connection, its home; other connections
 * and other threads go through {@code Session.run}. Nothing here blocks an event loop, and nothing waits for a client.
 *
 * <p>What goes out: the session's own packets first, then those of the {@code PacketSource} that the layer above has
 * attached. What waits for a client is bounded; over the bound the client is closed.
 *
 * <p>Nothing that a client sent is logged or kept.
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.engineio;
