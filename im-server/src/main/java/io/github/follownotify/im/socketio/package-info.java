/**
 * Socket.IO on the sessions of {@code im.engineio}, and the one place where netty-socketio 2.0.14 is used and adapted,
 * without a fork and without reflection.
 *
 * <h2>What stays stock</h2>
 *
 * The server object with its namespaces, listeners and acks ({@code SocketIOServer}, {@code Namespace}, {@code
 * NamespaceClient}, {@code AckManager}), its configuration, start and channel options. Application code may be written
 * to netty-socketio's own API, as the listeners of {@code ConformanceServer} are. The layer above sees none of it: it
 * gets {@code ConnectRequest}, {@code Connection} and {@code SocketServer.on}.
 *
 * <h2>What replaces what, the defect it mends, and the test that holds it</h2>
 *
 * <ul>
 *   <li>{@code engineio.HttpRequestHandler}, {@code RequestRules}, {@code Refusal} for {@code AuthorizeHandler} and
 *       {@code WrongUrlHandler}: stock takes any method, version and path, hangs on malformed ids, answers nothing to a
 *       preflight, takes a session's id from a cookie or header, and logs tokens. {@code EngineIoProtocolTest}, {@code
 *       EngineAttacksTest}, {@code SocketAttacksTest}.
 *   <li>{@code engineio.PollingTransport}, {@code PollingPayload}, {@code HttpExchange} for {@code PollingTransport}
 *       and {@code EncoderHandler}: stock drops every 51st packet, garbles what is not ASCII for Engine.IO 3, answers
 *       clients with {@code b64} in the wrong framing, closes the connection after each answer, lets any origin read
 *       with credentials. {@code EngineIoProtocolTest}, {@code OldClientsTest}.
 *   <li>{@code engineio.WebSocketTransport}, {@code WebSocketHandler}, {@code WebSocketOpener}, {@code Upgrade} for
 *       {@code WebSocketTransport}: stock keeps a session for each failed handshake, answers no pings of RFC 6455, lets
 *       a second websocket take over, and ends the session when an upgrade is abandoned. OkHttp never notices a close
 *       frame: it gets the bare end. {@code EngineIoProtocolTest}, {@code LeakTest}, {@code SocketServerTest}.
 *   <li>{@code PacketDecoder}, {@code BinaryAttachments}, {@code PlainJson} for {@code PacketDecoder}: stock reads
 *       {@code 4abc} as a disconnect and binary as text, and logs what it cannot read. {@code SocketIoProtocolTest}.
 *   <li>{@code PacketEncoder} for {@code PacketEncoder}: stock puts a 4 before binary frames and serialises an event
 *       once for each recipient, into a packet that all recipients change at once. {@code SocketIoProtocolTest}.
 *   <li>{@code SocketIoMessages}, {@code Admission} for {@code InPacketHandler} and {@code PacketListener}: stock joins
 *       a client before its CONNECT, never asks for a token when CONNECT has no payload, leaves a connection without
 *       heartbeats open forever after a disconnect, and never acknowledges an event that nobody listens to. {@code
 *       SocketAttacksTest}, {@code JavaClientTest}, {@code SocketIoProtocolTest}.
 *   <li>{@code ClientSession} in {@code ClientHead}, with {@code engineio.Session}, {@code SendQueue}, {@code
 *       Heartbeat}: stock queues without bound, writes to channels that are not writable, flushes each packet, keeps
 *       the token for the life of the connection, and runs listeners on a timer thread. {@code SlowClientTest}, {@code
 *       EventQueueTest}.
 *   <li>{@code ListenedEvents} for {@code JsonSupport}: the only way to learn which events have a listener. {@code
 *       SocketIoProtocolTest}.
 *   <li>{@code NoAckTimeouts} for {@code HashedWheelTimeoutScheduler}: stock starts a thread for timeouts of acks that
 *       nobody asks for. {@code SocketServerTest}.
 *   <li>{@code NettyServer} in {@code SocketIOServer}: stock needs seven seconds to stop, tells nobody, and never
 *       releases a timer of a pipeline that is not used. {@code SocketServerTest}.
 *   <li>{@code engineio.ConnectionLimits}, {@code TrustedProxies}, {@code RateLimit}: stock has no limits. {@code
 *       EngineAttacksTest}, {@code TrustedProxiesTest}.
 *   <li>{@code engineio.EnginePipeline}: the response encoder stands before the aggregator. Behind it, as in stock, a
 *       body that is too large gets no answer. {@code EngineAttacksTest}.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.socketio;
