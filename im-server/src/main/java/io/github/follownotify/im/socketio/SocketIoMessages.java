package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.Handshake;
import io.github.follownotify.im.engineio.MessageHandler;
import io.github.follownotify.im.engineio.ProtocolException;
import io.github.follownotify.im.engineio.Session;
import io.github.follownotify.im.socketio.PacketDecoder.Received;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO on one session. Nothing is dispatched to a namespace, and no room is entered, before its CONNECT was accepted.
 */
final class SocketIoMessages implements MessageHandler {

    private static final Map<String, Object> UNKNOWN_EVENT =
            PlainJson.ordered("status", "error", "code", "unknown_event");

    private final Session session;
    private final ClientSession client;
    private final SocketIo socketIo;
    private final boolean takesErrorsAsText;
    private @Nullable Handshake handshake;
    private @Nullable Future<?> connectTimeout;
    private @Nullable BinaryAttachments assembling;

    SocketIoMessages(ClientSession client, Handshake handshake, SocketIo socketIo) {
        this.session = client.session();
        this.client = client;
        this.socketIo = socketIo;
        // A Java client 1.x drops an error that is no string, and its user would never be told.
        this.takesErrorsAsText = session.protocol() == 3 && handshake.okHttp();
        this.handshake = handshake;
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
        BinaryAttachments waiting = assembling;
        if (binary != (waiting != null)) {
            throw new ProtocolException(binary ? "attachment of no packet" : "attachment expected");
        }
        Received packet = waiting != null ? waiting.add(content) : PacketDecoder.decode(content);
        if (packet == null) {
            return;
        }
        assembling = null;
        if (packet.attachments() > 0) {
            assembling = new BinaryAttachments(packet, socketIo.maxPayload());
        } else if (packet.type() == PacketType.CONNECT) {
            connect(packet.namespace(), packet.auth());
        } else {
            dispatch(packet);
        }
    }

    @Override
    public void closed() {
        stopExpectingConnect();
        client.endAll();
    }

    private void connect(String name, Map<String, @Nullable Object> auth) {
        Namespace namespace = socketIo.server().namespace(name);
        if (namespace == null) {
            String message = "Invalid namespace";
            reply(packet(PacketType.ERROR, name, takesErrorsAsText ? message : Map.of("message", message)));
            return;
        }
        Connection connection = client.connecting(namespace);
        if (connection != null) {
            Handshake first = handshake;
            handshake = null;
            socketIo.admission().decide(new ConnectRequest(this, namespace, connection, auth, first));
        }
    }

    void stopExpectingConnect() {
        if (connectTimeout != null) {
            connectTimeout.cancel(false);
        }
    }

    /** @return false when the session has ended meanwhile */
    boolean accept(Namespace namespace, Connection connection, Map<String, Object> reply) {
        if (session.isClosed()) {
            return false;
        }
        stopExpectingConnect();
        NamespaceClient accepted = client.addNamespaceClient(namespace);
        connection.accepted(accepted);
        reply(packet(PacketType.CONNECT, namespace.getName(), session.protocol() == 4 ? reply : null));
        namespace.onConnect(accepted);
        return true;
    }

    /** Clients of both protocols take this as final and do not try again with the same token. */
    void refuse(Namespace namespace, String message, String code) {
        client.refused(namespace);
        socketIo.metrics().refused(code);
        if (session.protocol() == 4) {
            reply(packet(
                    PacketType.ERROR,
                    namespace.getName(),
                    PlainJson.ordered("message", message, "data", Map.of("code", code))));
        } else {
            Object error = takesErrorsAsText ? code : PlainJson.ordered("message", message, "code", code);
            reply(packet(PacketType.ERROR, namespace.getName(), error));
        }
        // Clients before 4.0 need it to understand that trying again is of no use.
        reply(packet(PacketType.DISCONNECT, namespace.getName(), null));
        session.closeAfterFarewell(CloseReasons.REFUSED);
    }

    void refuseForNow(Namespace namespace, CloseReason reason) {
        client.refused(namespace);
        socketIo.metrics().refused(reason.tag());
        stopExpectingConnect();
        session.closeAfterFarewell(reason);
    }

    private void dispatch(Received received) throws ProtocolException {
        Namespace namespace = socketIo.server().namespace(received.namespace());
        NamespaceClient receiver = namespace == null ? null : client.getChildClient(namespace);
        if (namespace == null || receiver == null) {
            throw new ProtocolException("packet before CONNECT");
        }
        Packet packet = packet(received.type(), received.namespace(), received.arguments());
        packet.setAckId(received.ackId());
        switch (received.type()) {
            case DISCONNECT -> {
                receiver.onDisconnect();
                if (client.getNamespaces().isEmpty()) {
                    expectConnect();
                }
            }
            case EVENT, BINARY_EVENT ->
                event(namespace, receiver, received.arguments(), new AckRequest(packet, receiver));
            case ACK, BINARY_ACK -> socketIo.acks().onAck(receiver, packet);
            default -> throw new ProtocolException("unexpected packet");
        }
    }

    /** netty-socketio says nothing to an event without a listener, and whoever waits for its ack would wait for ever. */
    private void event(
            Namespace namespace, NamespaceClient receiver, List<@Nullable Object> arguments, AckRequest ack) {
        String name = String.valueOf(arguments.get(0));
        if (socketIo.server().listensTo(namespace, name)) {
            namespace.onEvent(receiver, name, arguments.subList(1, arguments.size()), ack);
        } else {
            ack.sendAckData(UNKNOWN_EVENT);
        }
    }

    private void expectConnect() {
        connectTimeout = session.schedule(
                () -> session.close(CloseReasons.CONNECT_TIMEOUT),
                socketIo.connectTimeout().toMillis());
    }

    private void reply(Packet packet) {
        PacketEncoder.encode(packet).forEach(session::send);
    }

    private Packet packet(PacketType type, String namespace, @Nullable Object data) {
        Packet packet = new Packet(PacketType.MESSAGE, client.getEngineIOVersion());
        packet.setSubType(type);
        packet.setNsp(namespace);
        packet.setData(data);
        return packet;
    }
}
