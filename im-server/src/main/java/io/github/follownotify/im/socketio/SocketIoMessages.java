package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.socketio.PacketReader.Received;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO on one session. Nothing is dispatched to a namespace, and no room is entered, before its CONNECT was accepted.
 */
final class SocketIoMessages implements MessageHandler {

    private final Session session;
    private final Function<String, @Nullable Namespace> namespaces;
    private final Admission admission;
    private final Set<Namespace> connecting = new HashSet<>(1);
    private @Nullable ScheduledFuture<?> connectTimeout;
    private @Nullable BinaryArguments assembling;

    SocketIoMessages(Session session, Function<String, @Nullable Namespace> namespaces, Admission admission) {
        this.session = session;
        this.namespaces = namespaces;
        this.admission = admission;
    }

    @Override
    public void opened() {
        expectConnect();
        if (session.protocol() == 3) {
            // Its clients never send CONNECT for the main namespace: the handshake is one.
            connect("", Map.of());
        }
    }

    @Override
    public void message(byte[] content, boolean binary) throws ProtocolException {
        BinaryArguments waiting = assembling;
        if (binary != (waiting != null)) {
            throw new ProtocolException(binary ? "attachment of no packet" : "attachment expected");
        }
        Received packet = waiting != null ? waiting.add(content) : PacketReader.read(content);
        if (packet == null) {
            return;
        }
        assembling = null;
        if (packet.attachments() > 0) {
            assembling = new BinaryArguments(
                    packet, session.engine().settings().maxPayload().toBytes());
        } else if (packet.type() == PacketType.CONNECT) {
            connect(packet.namespace(), packet.auth());
        } else {
            dispatch(packet);
        }
    }

    @Override
    public void closed() {
        stopExpectingConnect();
        session.getNamespaces().forEach(namespace -> disconnect(namespace));
    }

    private void connect(String name, Map<String, @Nullable Object> auth) {
        Namespace namespace = namespaces.apply(name);
        if (namespace == null) {
            String message = "Invalid namespace";
            reply(packet(PacketType.ERROR, name, session.takesErrorsAsText() ? message : Map.of("message", message)));
        } else if (session.getChildClient(namespace) == null && connecting.add(namespace)) {
            admission.decide(new ConnectRequest(this, namespace, auth));
        }
    }

    /** The client has done its part: what takes time from here on is ours, and has a limit of its own. */
    void stopExpectingConnect() {
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
        }
    }

    /** @return the connected client, or null when the session has ended meanwhile */
    @Nullable
    NamespaceClient accept(Namespace namespace, Map<String, Object> reply) {
        connecting.remove(namespace);
        if (session.isClosed()) {
            return null;
        }
        stopExpectingConnect();
        NamespaceClient client = session.addNamespaceClient(namespace);
        reply(packet(PacketType.CONNECT, namespace.getName(), session.protocol() == 4 ? reply : null));
        namespace.onConnect(client);
        return client;
    }

    /** Clients of both protocols take this as final and do not try again with the same token. */
    void refuse(Namespace namespace, String message, String code) {
        connecting.remove(namespace);
        session.engine().metrics().refused(code);
        if (session.protocol() == 4) {
            reply(packet(
                    PacketType.ERROR,
                    namespace.getName(),
                    PlainJson.ordered("message", message, "data", Map.of("code", code))));
        } else {
            Object error = session.takesErrorsAsText() ? code : PlainJson.ordered("message", message, "code", code);
            reply(packet(PacketType.ERROR, namespace.getName(), error));
        }
        // Clients before 4.0 need it to understand that trying again is of no use.
        reply(packet(PacketType.DISCONNECT, namespace.getName(), null));
        session.closeAfterFarewell(CloseReason.REFUSED);
    }

    Session session() {
        return session;
    }

    private void dispatch(Received received) throws ProtocolException {
        Namespace namespace = namespaces.apply(received.namespace());
        NamespaceClient client = namespace == null ? null : session.getChildClient(namespace);
        if (namespace == null || client == null) {
            throw new ProtocolException("packet before CONNECT");
        }
        Packet packet = packet(received.type(), received.namespace(), received.arguments());
        packet.setAckId(received.ackId());
        switch (received.type()) {
            case DISCONNECT -> {
                disconnect(namespace);
                if (session.getNamespaces().isEmpty()) {
                    expectConnect();
                }
            }
            case EVENT, BINARY_EVENT -> {
                List<@Nullable Object> arguments = received.arguments();
                String name = String.valueOf(arguments.get(0));
                namespace.onEvent(client, name, arguments.subList(1, arguments.size()), new AckRequest(packet, client));
            }
            case ACK, BINARY_ACK -> session.engine().acks().onAck(client, packet);
            default -> throw new ProtocolException("unexpected packet");
        }
    }

    private void disconnect(Namespace namespace) {
        NamespaceClient client = session.getChildClient(namespace);
        if (client != null) {
            client.onDisconnect();
        }
    }

    private void expectConnect() {
        connectTimeout = session.schedule(
                () -> session.close(CloseReason.CONNECT_TIMEOUT),
                session.engine().settings().connectTimeout().toMillis());
    }

    private void reply(Packet packet) {
        PacketWriter.write(packet).forEach(session::send);
    }

    private Packet packet(PacketType type, String namespace, @Nullable Object data) {
        Packet packet = new Packet(PacketType.MESSAGE, session.getEngineIOVersion());
        packet.setSubType(type);
        packet.setNsp(namespace);
        packet.setData(data);
        return packet;
    }
}
