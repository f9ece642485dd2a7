package io.github.follownotify.im.engineio;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Engine.IO alone, on Netty alone: echoes every message, whatever it holds. */
public final class EchoServer implements AutoCloseable {

    final Engine engine;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final MultiThreadIoEventLoopGroup loops;
    private final Channel listener;

    private EchoServer(EngineSettings settings) {
        engine = new Engine(settings, new ConnectionMetrics(meters), (session, handshake) -> new Echo(session));
        loops = new MultiThreadIoEventLoopGroup(settings.workerThreads(), NioIoHandler.newFactory());
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(engine.connectionHandler())
                .bind(settings.port())
                .syncUninterruptibly()
                .channel();
    }

    /** @param keysAndValues settings below {@code im.socket.} in turn with their values */
    static EchoServer start(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(Map.of("port", "0", "worker-threads", "2"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return start(properties);
    }

    public static EchoServer start(Map<String, String> properties) {
        Map<String, String> prefixed = new HashMap<>();
        properties.forEach((key, value) -> prefixed.put("im.socket." + key, value));
        return new EchoServer(new Binder(new MapConfigurationPropertySource(prefixed))
                .bindOrCreate("im.socket", EngineSettings.class));
    }

    int port() {
        return listener.localAddress() instanceof InetSocketAddress address ? address.getPort() : -1;
    }

    URI uri(String scheme, String query) {
        return URI.create(scheme + "://127.0.0.1:" + port() + "/socket.io/?" + query);
    }

    double counted(String meter, String reason) {
        var counter = meters.find(meter).tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        engine.shutDown();
        engine.closeConnections(Duration.ofSeconds(2));
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private record Echo(Session session) implements MessageHandler {

        @Override
        public void opened() {
            // Nothing to say.
        }

        @Override
        public void message(byte[] content, boolean binary) {
            if (binary) {
                session.send(EnginePacket.binary(content));
                return;
            }
            byte[] message = new byte[content.length + 1];
            message[0] = '4';
            System.arraycopy(content, 0, message, 1, content.length);
            session.send(new EnginePacket(message, false));
        }

        @Override
        public void closed() {
            // Nothing to forget.
        }
    }
}
