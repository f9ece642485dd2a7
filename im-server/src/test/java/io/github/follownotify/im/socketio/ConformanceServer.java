package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.SocketIONamespace;
import com.corundumstudio.socketio.listener.MultiTypeEventListener;
import io.github.follownotify.im.engineio.ConnectionMetrics;
import io.github.follownotify.im.engineio.EchoServer;
import io.github.follownotify.im.engineio.EngineSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * The server as the official conformance suites want it: short heartbeats, everybody may connect, everything is echoed.
 *
 * <p>{@code main engine.io|socket.io [port]} serves until it is killed; docs/conformance.md says how the suites are
 * run.
 */
public final class ConformanceServer {

    private ConformanceServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        String port = arguments.length > 1 ? arguments[1] : "3000";
        Runnable stop = arguments[0].equals("engine.io")
                ? EchoServer.start(settings(Map.of("path", "/engine.io/", "port", port)))::close
                : socketIo(Map.of("port", port))::stop;
        Runtime.getRuntime().addShutdownHook(new Thread(stop));
        new CountDownLatch(1).await();
    }

    /** Echoes events of the main and a custom namespace, by listeners written to netty-socketio's own API. */
    static SocketServer socketIo(Map<String, String> settings) {
        Map<String, String> prefixed = new HashMap<>();
        settings(settings).forEach((key, value) -> prefixed.put("im.socket." + key, value));
        Binder binder = new Binder(new MapConfigurationPropertySource(prefixed));
        SocketServer server = new SocketServer(
                binder.bindOrCreate("im.socket", EngineSettings.class),
                binder.bindOrCreate("im.socket", SocketIoSettings.class),
                ConformanceServer::admitEverybody,
                new ConnectionMetrics(new SimpleMeterRegistry()));
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
        if (request.accept(null)) {
            request.connection().send("auth", request.auth());
        }
    }

    private static Map<String, String> settings(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(Map.of(
                "ping-interval", "300ms",
                "ping-timeout", "200ms",
                "max-payload", "1000000B"));
        all.putAll(others);
        return all;
    }
}
