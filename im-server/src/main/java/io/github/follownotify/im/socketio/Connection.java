package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.transport.NamespaceClient;
import io.github.follownotify.im.engineio.Session;
import org.jspecify.annotations.Nullable;

/** A client's connection to a namespace, from its CONNECT to its end. Belongs to the session's event loop. */
public final class Connection {

    private final Session session;
    private volatile String id = "";
    private @Nullable NamespaceClient client;
    private @Nullable Listener listener;

    Connection(Session session) {
        this.session = session;
    }

    /** Is told of the connection's end. */
    public interface Listener {

        /** Called once, on the session's event loop, whoever ended the connection, also when it was never accepted. */
        void ended();
    }

    public Session session() {
        return session;
    }

    /** The socket's id as its client knows it; an empty text before it was accepted. Any thread. */
    public String id() {
        return id;
    }

    /** @param socketId what the client is told */
    void accepting(String socketId) {
        // Clients of the protocol before 5 are not told: they take the session's.
        id = session.protocol() == 4 ? socketId : session.id().toString();
    }

    public void listen(Listener whoHears) {
        listener = whoHears;
    }

    public @Nullable Listener listener() {
        return listener;
    }

    /** Whether CONNECT was accepted and the end has not come. */
    public boolean isOpen() {
        return client != null && !session.isClosed();
    }

    /** Sends an event through netty-socketio; nothing when the connection is not open. */
    public void send(String event, Object... arguments) {
        if (client != null) {
            client.sendEvent(event, arguments);
        }
    }

    /** The disconnect packet is what a client can tell from a network fault: it does not reconnect by itself. */
    public void disconnect() {
        if (client != null) {
            client.disconnect();
        }
    }

    void accepted(NamespaceClient namespaceClient) {
        client = namespaceClient;
    }

    void end() {
        session.run(() -> {
            Listener hearing = listener;
            client = null;
            listener = null;
            if (hearing != null) {
                hearing.ended();
            }
        });
    }
}
