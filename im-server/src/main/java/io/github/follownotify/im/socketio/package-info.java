/**
 * Socket.IO for the clients, on netty-socketio 2.0.14 without a fork and without reflection. Nothing outside knows Netty.
 *
 * <h2>What stays stock</h2>
 *
 * The server object with its namespaces, listeners and acks ({@code SocketIOServer}, {@code Namespace}, {@code
 * NamespaceClient}, {@code AckManager}), its configuration, start and channel options, and the handler names of
 * {@code SocketIOChannelInitializer}. Application code is written to netty-socketio's own API; the
 * listeners of {@code ConformanceServer} and {@code TokenRefresh} are examples.
 *
 * <h2>What replaces what, the defect it mends, and the test that holds it</h2>
 *
 * <ul>
 *   <li>{@code HttpRequestHandler}, {@code RequestRules}, {@code Refusal} for {@code AuthorizeHandler} and {@code
 *       WrongUrlHandler}: stock takes any method, version and path, hangs on malformed ids, answers nothing to a
 *       preflight, takes a session's id from a cookie or header, and logs tokens. {@code EngineIoProtocolTest}, {@code
 *       SocketAttacksTest}.
 *   <li>{@code PollingWire}, {@code PollingPayload}, {@code HttpExchange} for {@code PollingTransport} and {@code
 *       EncoderHandler}: stock drops every 51st packet, garbles what is not ASCII for Engine.IO 3, answers clients with
 *       {@code b64} in the wrong framing, closes the connection after each answer, lets any origin read with
 *       credentials. {@code EngineIoProtocolTest}, {@code OldClientsTest}.
 *   <li>{@code WebSocketWire}, {@code WebSocketHandler}, {@code Upgrade} for {@code WebSocketTransport}: stock keeps a
 *       session for each failed handshake, answers no pings of RFC 6455, lets a second websocket take over, and ends the
 *       session when an upgrade is abandoned. OkHttp never notices a close frame: it gets the bare end. {@code
 *       EngineIoProtocolTest}, {@code LeakTest}, {@code SocketServerTest}.
 *   <li>{@code PacketReader}, {@code BinaryArguments}, {@code PlainJson} for {@code PacketDecoder}: stock reads {@code
 *       4abc} as a disconnect and binary as text, and logs what it cannot read. {@code SocketIoProtocolTest}.
 *   <li>{@code PacketWriter} for {@code PacketEncoder}: stock puts a 4 before binary frames and serialises an event once
 *       for each recipient, into a packet that all recipients change at once. {@code SocketIoProtocolTest}.
 *   <li>{@code SocketIoMessages}, {@code Admission} for {@code InPacketHandler} and {@code PacketListener}: stock joins a
 *       client before its CONNECT, never asks for a token when CONNECT has no payload, and leaves a connection without
 *       heartbeats open for ever after a disconnect. {@code SocketAttacksTest}, {@code JavaClientTest}.
 *   <li>{@code Session}, {@code Outbox}, {@code Heartbeat} in {@code ClientHead}: stock queues without bound, writes to
 *       channels that are not writable, flushes each packet, keeps the token for the life of the connection, and runs
 *       listeners on a timer thread. {@code SlowClientTest}, {@code OutboxTest}.
 *   <li>{@code NettyServer} in {@code SocketIOServer}: stock needs seven seconds to stop, tells nobody, and never releases
 *       a timer of a pipeline that is not used. {@code SocketServerTest}.
 *   <li>{@code ConnectionLimits}, {@code TrustedProxies}, {@code RateLimit}: stock has no limits. {@code
 *       SocketAttacksTest}, {@code TrustedProxiesTest}.
 *   <li>The response encoder stands before the aggregator: behind it, as in stock, a body that is too large gets no
 *       answer. {@code SocketAttacksTest}.
 *   <li>{@code Recovery}, {@code RecoveryIds}, {@code TokenLifetime}: stock has nothing of the kind. {@code RecoveryTest},
 *       {@code TokenLifetimeTest}.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * A session belongs to the event loop of its first connection, its home; other connections and other threads go through
 * {@code Session.run}. Emitting threads only put into the outbox's live queue and schedule one flush for a burst. Nothing
 * here blocks an event loop, and nothing waits for a client.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>No room, no event, before CONNECT was accepted.
 *   <li>Within a socket, events of the log go out once and in the order of their seq.
 *   <li>What waits for a client is bounded; over the bound the client is closed.
 *   <li>After a socket has left its room, nothing that waited for it goes out any more.
 *   <li>No token, and nothing that a client sent, is logged, or kept for longer than CONNECT and the replay take.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.socketio;
