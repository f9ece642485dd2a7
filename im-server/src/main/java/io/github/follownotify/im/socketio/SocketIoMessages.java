package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckRequest;
import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.protocol.Packet;
import com.corundumstudio.socketio.protocol.PacketType;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.Handshake;
import io.github.follownotify.im.engineio.MessageHandler;
import io.github.follownotify.im.engineio.ProtocolException;
import io.github.follownotify.im.engineio.Session;
import io.github.follownotify.im.socketio.PacketDecoder.Received;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Socket.IO on one session. Nothing is dispatched to a namespace, and no room is entered, before its CONNECT was
 * accepted.
 */
final class SocketIoMessages implements MessageHandler {

    private static final Map<String, Object> UNKNOWN_EVENT =
            PlainJson.ordered("status", "error", "code", "unknown_event");

    private final Session session;
    private final ClientSession client;
    private final SocketIo socketIo;
    private final ConnectReplies replies;
    private @Nullable Handshake handshake;
    private @Nullable BinaryAttachments assembling;

    SocketIoMessages(ClientSession client, Handshake handshake, SocketIo socketIo) {
        this.session = client.session();
        this.client = client;
        this.socketIo = socketIo;
        this.replies = new ConnectReplies(client, handshake.okHttp(), socketIo.metrics(), socketIo.connectTimeout());
        this.handshake = handshake;
    }

    @Override
    public void opened() {
        replies.expectConnect();
        if (session.protocol() == 3) {
            // Clients of Engine.IO 3 never send CONNECT for the main namespace: the handshake implies it.
            connect("", Map.of());
        }
    }

    @Override
    public void message(byte[] content, boolean binary) throws ProtocolException {
        BinaryAttachments waiting = assembling;
        if (binary && waiting == null && !client.hasConnections() && MsgpackParser.isConnect(content)) {
            replies.refuseParser();
            return;
        }
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
        replies.stopExpectingConnect();
        client.endAll();
    }

    private void connect(String name, Map<String, @Nullable Object> auth) {
        Namespace namespace = socketIo.server().namespace(name);
        if (namespace == null) {
            replies.unknownNamespace(name);
            return;
        }
        Connection connection = client.connecting(namespace);
        if (connection != null) {
            Handshake first = handshake;
            handshake = null;
            socketIo.admission().decide(new ConnectRequest(replies, namespace, connection, auth, first));
        }
    }

    private void dispatch(Received received) throws ProtocolException {
        Namespace namespace = socketIo.server().namespace(received.namespace());
        NamespaceClient receiver = namespace == null ? null : client.getChildClient(namespace);
        if (namespace == null || receiver == null) {
            throw new ProtocolException("packet before CONNECT");
        }
        Packet packet = client.packet(received.type(), received.namespace(), received.arguments());
        packet.setAckId(received.ackId());
        switch (received.type()) {
            case DISCONNECT -> {
                receiver.onDisconnect();
                if (client.getNamespaces().isEmpty()) {
                    replies.expectConnect();
                }
            }
            case EVENT, BINARY_EVENT ->
                event(namespace, receiver, received.arguments(), new AckRequest(packet, receiver));
            case ACK, BINARY_ACK -> socketIo.acks().onAck(receiver, packet);
            default -> throw new ProtocolException("unexpected packet");
        }
    }

    /**
     * netty-socketio says nothing to an event without a listener, and a client that awaits its ack would wait forever.
     */
    private void event(
            Namespace namespace, NamespaceClient receiver, List<@Nullable Object> arguments, AckRequest ack) {
        String name = String.valueOf(arguments.get(0));
        if (socketIo.server().listensTo(namespace, name)) {
            namespace.onEvent(receiver, name, arguments.subList(1, arguments.size()), ack);
        } else {
            ack.sendAckData(UNKNOWN_EVENT);
        }
    }
}
