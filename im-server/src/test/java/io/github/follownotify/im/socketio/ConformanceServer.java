package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.SocketIONamespace;
import com.corundumstudio.socketio.listener.MultiTypeEventListener;
import com.corundumstudio.socketio.transport.NamespaceClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The server as the official conformance suites want it: short heartbeats, everybody may connect, everything is echoed.
 *
 * <p>{@code main engine.io|socket.io [port]} serves until it is killed; docs/conformance.md says how the suites are run.
 */
public final class ConformanceServer {

    private ConformanceServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, String> settings = Map.of("port", arguments.length > 1 ? arguments[1] : "3000");
        SocketServer server = arguments[0].equals("engine.io") ? engineIo(settings) : socketIo(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        new CountDownLatch(1).await();
    }

    /** Echoes every message of Engine.IO, whatever it holds. */
    static SocketServer engineIo(Map<String, String> settings) {
        SocketServer server = new SocketServer(
                settings("/engine.io/", settings), (session, netty) -> new Echo(session), new SimpleMeterRegistry());
        server.start();
        return server;
    }

    /** Echoes events of the main and a custom namespace, by listeners written to netty-socketio's own API. */
    static SocketServer socketIo(Map<String, String> settings) {
        SocketServer server = new SocketServer(
                settings("/socket.io/", settings), ConformanceServer::admitEverybody, new SimpleMeterRegistry());
        echo(server.api().getNamespace(""));
        echo(server.api().addNamespace("/custom"));
        server.start();
        return server;
    }

    private static void echo(SocketIONamespace namespace) {
        MultiTypeEventListener back = (client, data, ack) ->
                client.sendEvent("message-back", data.getArgs().toArray());
        MultiTypeEventListener acknowledge =
                (client, data, ack) -> ack.sendAckData(data.getArgs().toArray());
        namespace.addMultiTypeEventListener("message", back);
        namespace.addMultiTypeEventListener("message-with-ack", acknowledge);
    }

    private static void admitEverybody(ConnectRequest request) {
        Map<String, @Nullable Object> auth = request.auth();
        NamespaceClient client = request.accept(null);
        if (client != null) {
            client.sendEvent("auth", auth);
        }
    }

    private static SocketSettings settings(String path, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "path", path,
                "ping-interval", "300ms",
                "ping-timeout", "200ms",
                "connect-timeout", "1s",
                "max-payload", "1000000B",
                // The suites race two connections with each other and expect the one that was opened first to be first.
                "worker-threads", "1"));
        all.putAll(settings);
        return TestServer.settings(all);
    }

    private record Echo(Session session) implements MessageHandler {

        @Override
        public void opened() {
            // Nothing to say.
        }

        @Override
        public void message(byte[] content, boolean binary) {
            if (binary) {
                session.send(Outbound.binary(content));
                return;
            }
            byte[] message = new byte[content.length + 1];
            message[0] = '4';
            System.arraycopy(content, 0, message, 1, content.length);
            session.send(new Outbound(message, false, 0));
        }

        @Override
        public void closed() {
            // Nothing to forget.
        }
    }
}
