package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.AckMode;
import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketConfig;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.ack.AckManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts and stops the Socket.IO server with the application. */
public final class SocketServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SocketServer.class);

    private final SocketSettings settings;
    private final Engine engine;
    private final NettyServer server;
    private final SocketPipeline pipeline;
    private final ConnectionLimits connectionLimits;
    private volatile boolean running;

    /** A server of Socket.IO whose clients have to pass the admission. */
    SocketServer(SocketSettings settings, Admission admission, MeterRegistry meters) {
        this(settings, (session, netty) -> new SocketIoMessages(session, netty::namespace, admission), meters);
    }

    SocketServer(SocketSettings settings, MessageHandlers messages, MeterRegistry meters) {
        this.settings = settings;
        Configuration configuration = configuration(settings);
        this.server = new NettyServer(settings, configuration);
        this.engine = new Engine(
                settings,
                configuration,
                new AckManager(new EventLoopScheduler(GlobalEventExecutor.INSTANCE)),
                new ConnectionMetrics(meters),
                session -> messages.handlerOf(session, server));
        this.connectionLimits = new ConnectionLimits(settings);
        this.pipeline = new SocketPipeline(engine, connectionLimits, server::track);
        server.addDisconnectListener(client -> {
            AcceptedSocket socket = AcceptedSocket.of(client);
            if (socket != null) {
                socket.leave();
            }
        });
    }

    /** What the messages of a session mean. */
    @FunctionalInterface
    interface MessageHandlers {
        MessageHandler handlerOf(Session session, NettyServer server);
    }

    /** netty-socketio's own API: its namespaces and listeners work as its documentation says. */
    SocketIOServer api() {
        return server;
    }

    @Override
    public void start() {
        ChannelFuture bound = server.bind(pipeline).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            server.stop();
            throw new SocketPortUnavailableException(settings.port(), bound.cause());
        }
        running = true;
        log.info("Socket.IO listens on port {}", port());
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
        int open = engine.sessions().size();
        server.stopAccepting();
        engine.shutDown();
        server.closeConnections(settings.shutdownTimeout());
        // Before their event loops end, or a session without a connection would stay in its room.
        engine.endAll(settings.shutdownTimeout());
        server.endThreads(settings.shutdownTimeout());
        log.info("Socket.IO stopped, sessions={} millis={}", open, (System.nanoTime() - start) / 1_000_000);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    int sessions() {
        return engine.sessions().size();
    }

    int connections() {
        return connectionLimits.total();
    }

    private static Configuration configuration(SocketSettings settings) {
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
        configuration.setJsonSupport(new PlainJson());
        configuration.setExceptionListener(new ListenerFailures());
        SocketConfig sockets = new SocketConfig();
        // A server that restarts must not wait for the last connections of the one before.
        sockets.setReuseAddress(true);
        sockets.setTcpKeepAlive(true);
        // The system's own limit is lower; whom it turns away comes again after up to half a minute
        // (net.core.somaxconn).
        sockets.setAcceptBackLog(65_535);
        configuration.setSocketConfig(sockets);
        return configuration;
    }
}
