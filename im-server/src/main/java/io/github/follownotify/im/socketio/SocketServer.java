package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckMode;
import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketConfig;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.ack.AckManager;
import io.github.follownotify.im.engineio.ConnectionMetrics;
import io.github.follownotify.im.engineio.Engine;
import io.github.follownotify.im.engineio.EngineSettings;
import io.netty.channel.ChannelFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts and stops the Socket.IO server with the application. */
public final class SocketServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SocketServer.class);

    private final EngineSettings settings;
    private final NettyServer server;
    private final Engine engine;
    private volatile boolean running;

    /** A Socket.IO server whose clients must pass the admission. */
    public SocketServer(
            EngineSettings settings,
            SocketIoSettings socketIoSettings,
            Admission admission,
            ConnectionMetrics metrics) {
        ListenedEvents listened = new ListenedEvents();
        Configuration configuration = configuration(settings, listened);
        AckManager acks = new AckManager(new NoAckTimeouts());
        this.settings = settings;
        this.server = new NettyServer(configuration, listened);
        SocketIo socketIo = new SocketIo(
                server,
                admission,
                acks,
                metrics,
                socketIoSettings.connectTimeout(),
                settings.maxPayload().toBytes());
        metrics.register(CloseReasons.CONNECT_TIMEOUT);
        metrics.register(CloseReasons.REFUSED);
        metrics.register(CloseReasons.DISCONNECTED);
        this.engine = new Engine(
                settings,
                metrics,
                (session, handshake) -> new SocketIoMessages(
                        new ClientSession(session, handshake, acks, configuration), handshake, socketIo));
    }

    /** Handles a client's event. */
    @FunctionalInterface
    public interface EventHandler {

        /**
         * @param argument the event's first, or null
         * @param acknowledge answers the client, when it asked for an acknowledgement
         */
        void handle(Connection connection, @Nullable Object argument, Consumer<Object> acknowledge);
    }

    /** Listens to an event of the main namespace. */
    public void on(String event, EventHandler handler) {
        server.addEventListener(event, Object.class, (client, argument, ack) -> {
            Connection connection = ClientSession.connectionOf(client);
            if (connection != null) {
                handler.handle(connection, argument, ack::sendAckData);
            }
        });
    }

    /** netty-socketio's own API: its namespaces and listeners work as its documentation says. */
    SocketIOServer api() {
        return server;
    }

    @Override
    public void start() {
        ChannelFuture bound = server.bind(engine.connectionHandler()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            server.endThreads(settings.shutdownTimeout());
            throw new SocketPortUnavailableException(settings.port(), bound.cause());
        }
        running = true;
        log.info("event=socket_server_started port={}", port());
    }

    /** The port that is really listened on, -1 before the start. */
    public int port() {
        return server.port();
    }

    @Override
    public void stop() {
        if (!running) {
            return;
        }
        running = false;
        long start = System.nanoTime();
        int open = engine.sessions();
        server.stopAccepting();
        engine.shutDown();
        // Before the event loops end, or a session without a connection would stay in its room.
        engine.closeConnections(settings.shutdownTimeout());
        server.endThreads(settings.shutdownTimeout());
        log.info("event=socket_server_stopped sessions={} ms={}", open, (System.nanoTime() - start) / 1_000_000);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    public int sessions() {
        return engine.sessions();
    }

    public int connections() {
        return engine.connections();
    }

    private static Configuration configuration(EngineSettings settings, ListenedEvents listened) {
        Configuration configuration = new Configuration();
        configuration.setContext(settings.path().substring(0, settings.path().length() - 1));
        configuration.setHostname(settings.host());
        configuration.setPort(settings.port());
        configuration.setBossThreads(1);
        configuration.setWorkerThreads(settings.workerThreads());
        configuration.setPingInterval((int) settings.pingInterval().toMillis());
        configuration.setPingTimeout((int) settings.pingTimeout().toMillis());
        configuration.setRandomSession(true);
        configuration.setHttpCompression(false);
        configuration.setWebsocketCompression(false);
        configuration.setAddVersionHeader(false);
        configuration.setAckMode(AckMode.AUTO_SUCCESS_ONLY);
        configuration.setJsonSupport(listened);
        configuration.setExceptionListener(new ListenerFailures());
        SocketConfig sockets = new SocketConfig();
        // A restarted server must not wait for the last connections of its predecessor.
        sockets.setReuseAddress(true);
        sockets.setTcpKeepAlive(true);
        // The system's own limit (net.core.somaxconn) is lower; a client it turns away retries after up to half a
        // minute.
        sockets.setAcceptBackLog(65_535);
        configuration.setSocketConfig(sockets);
        return configuration;
    }
}
