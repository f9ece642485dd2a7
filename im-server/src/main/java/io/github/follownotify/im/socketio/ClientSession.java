package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.HandshakeData;
import com.corundumstudio.socketio.SocketIOClient;
import com.corundumstudio.socketio.Transport;
import com.corundumstudio.socketio.ack.AckManager;
import com.corundumstudio.socketio.handler.ClientHead;
import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.Handshake;
import io.github.follownotify.im.engineio.Session;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session as netty-socketio's namespaces, clients and acks see it: the {@link ClientHead} that they talk to. */
final class ClientSession extends ClientHead {

    private final Session session;
    private final Map<Namespace, Connection> connections = new HashMap<>(2);

    ClientSession(Session session, Handshake handshake, AckManager acks, Configuration configuration) {
        super(
                session.id(),
                acks,
                acks::onDisconnect,
                configuration.getStoreFactory(),
                // The real one would keep the token in memory for as long as the connection lasts.
                new HandshakeData(
                        EmptyHttpHeaders.INSTANCE,
                        Map.of(),
                        handshake.address() instanceof InetSocketAddress address ? address : new InetSocketAddress(0),
                        "",
                        false),
                null,
                session.isPolling() ? Transport.POLLING : Transport.WEBSOCKET,
                null,
                configuration,
                Map.of("EIO", List.of(Integer.toString(session.protocol()))));
        this.session = session;
    }

    static @Nullable Connection connectionOf(SocketIOClient client) {
        return client instanceof NamespaceClient known && known.getBaseClient() instanceof ClientSession session
                ? session.connections.get(known.getNamespace())
                : null;
    }

    Session session() {
        return session;
    }

    /** @return the connection of a client that asks for a namespace, or null when it has one already */
    @Nullable
    Connection connecting(Namespace namespace) {
        if (connections.containsKey(namespace)) {
            return null;
        }
        Connection connection = new Connection(session);
        connections.put(namespace, connection);
        return connection;
    }

    boolean hasConnections() {
        return !connections.isEmpty();
    }

    Packet packet(PacketType type, String namespace, @Nullable Object data) {
        Packet packet = new Packet(PacketType.MESSAGE, getEngineIOVersion());
        packet.setSubType(type);
        packet.setNsp(namespace);
        packet.setData(data);
        return packet;
    }

    void refused(Namespace namespace) {
        connections.remove(namespace);
    }

    /** The session has ended: every connection, accepted or pending, is told. */
    void endAll() {
        List.copyOf(getNamespaces())
                .forEach(namespace -> getChildClient(namespace).onDisconnect());
        List.copyOf(connections.values()).forEach(Connection::end);
        connections.clear();
    }

    // What netty-socketio's namespaces, clients and acks call.

    /** A client left its namespace, by its own packet or because the server disconnected it. */
    @Override
    public void removeNamespaceClient(NamespaceClient client) {
        super.removeNamespaceClient(client);
        session.run(() -> {
            Connection connection = connections.remove(client.getNamespace());
            if (connection != null) {
                connection.end();
            }
        });
    }

    @Override
    public @Nullable ChannelFuture send(Packet packet) {
        List<EnginePacket> encoded = PacketEncoder.encode(packet);
        session.run(() -> encoded.forEach(session::send));
        return null;
    }

    @Override
    public @Nullable ChannelFuture send(Packet packet, Transport transport) {
        return send(packet);
    }

    @Override
    public Transport getCurrentTransport() {
        return session.isPolling() ? Transport.POLLING : Transport.WEBSOCKET;
    }

    @Override
    public boolean isConnected() {
        return !session.isClosed();
    }

    @Override
    public boolean isChannelOpen() {
        return !session.isClosed();
    }

    @Override
    public boolean isWritable() {
        return !session.isClosed();
    }

    @Override
    public void disconnect() {
        session.close(CloseReasons.DISCONNECTED);
    }

    @Override
    public void onChannelDisconnect() {
        session.close(CloseReasons.DISCONNECTED);
    }
}
