package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.namespace.Namespace;
import com.corundumstudio.socketio.protocol.PacketType;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.ConnectionMetrics;
import io.github.follownotify.im.engineio.EnginePacket;
import io.github.follownotify.im.engineio.Session;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What a client hears about its CONNECT, and how long the server waits for one. */
final class ConnectReplies {

    private final Session session;
    private final ClientSession client;
    private final boolean takesErrorsAsText;
    private final ConnectionMetrics metrics;
    private final Duration patience;
    private @Nullable Future<?> timeout;

    ConnectReplies(ClientSession client, boolean okHttp, ConnectionMetrics metrics, Duration patience) {
        this.session = client.session();
        this.client = client;
        // A Java client 1.x drops an error that is not a string, and its user would never see it.
        this.takesErrorsAsText = session.protocol() == 3 && okHttp;
        this.metrics = metrics;
        this.patience = patience;
    }

    void expectConnect() {
        timeout = session.schedule(() -> session.close(CloseReasons.CONNECT_TIMEOUT), patience.toMillis());
    }

    void stopExpectingConnect() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
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
        send(PacketType.CONNECT, namespace.getName(), session.protocol() == 4 ? reply : null);
        namespace.onConnect(accepted);
        return true;
    }

    /** Clients of both protocols take this as final and do not try again with the same token. */
    void refuse(Namespace namespace, String message, String code) {
        client.refused(namespace);
        metrics.refused(code);
        Object error = session.protocol() == 4
                ? PlainJson.ordered("message", message, "data", Map.of("code", code))
                : takesErrorsAsText ? code : PlainJson.ordered("message", message, "code", code);
        send(PacketType.ERROR, namespace.getName(), error);
        // Clients before 4.0 need it to know that retrying is pointless.
        send(PacketType.DISCONNECT, namespace.getName(), null);
        session.closeAfterFarewell(CloseReasons.REFUSED);
    }

    void refuseForNow(Namespace namespace, CloseReason reason) {
        client.refused(namespace);
        metrics.refused(reason.tag());
        stopExpectingConnect();
        session.closeAfterFarewell(reason);
    }

    void unknownNamespace(String name) {
        String message = "Invalid namespace";
        send(PacketType.ERROR, name, takesErrorsAsText ? message : Map.of("message", message));
    }

    /** The client speaks msgpack, so the refusal must, too: it would take anything else for a broken connection. */
    void refuseParser() {
        metrics.refused("parser");
        stopExpectingConnect();
        session.send(EnginePacket.binary(
                MsgpackParser.connectError("this server speaks the default parser of Socket.IO, not msgpack")));
        session.closeAfterFarewell(CloseReasons.REFUSED);
    }

    private void send(PacketType type, String namespace, @Nullable Object data) {
        PacketEncoder.encode(client.packet(type, namespace, data)).forEach(session::send);
    }
}
