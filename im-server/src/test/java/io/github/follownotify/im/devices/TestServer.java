package io.github.follownotify.im.devices;

import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.engineio.EngineSettings;
import io.github.follownotify.im.engineio.RawWebSocket;
import io.github.follownotify.im.replay.MissedEvents;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.im.socketio.SocketIoSettings;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.jwt.TokenVerifier;
import io.github.follownotify.jwt.VerifiedUser;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The real server on a free port, with a log that lives in a list. */
final class TestServer implements AutoCloseable {

    static final String SECRET = "a secret for tests that is long enough";

    static final int PART = 100;

    private static final TokenSettings TOKENS = TokenSettings.ofSecret(SECRET);

    final MeterRegistry meters = new SimpleMeterRegistry();
    final UserRooms rooms = new UserRooms(meters, new StaticListableBeanFactory().getBeanProvider(Clock.class));
    final SocketServer server;

    private final List<RoomEvent> log = new CopyOnWriteArrayList<>();
    private volatile long logBeginsAt = 1;
    private volatile boolean headForgotten;
    private volatile int partsAnswered = Integer.MAX_VALUE;
    final Queue<Future<?>> questions = new ConcurrentLinkedQueue<>();
    final AtomicInteger partsAsked = new AtomicInteger();
    private volatile @Nullable CompletableFuture<Void> logGate;

    private TestServer(TokenVerifier verifier, Map<String, String> properties) {
        Map<String, String> prefixed = new HashMap<>(Map.of("im.socket.port", "0", "im.socket.worker-threads", "2"));
        properties.forEach((key, value) -> prefixed.put("im.socket." + key, value));
        Binder binder = new Binder(new MapConfigurationPropertySource(prefixed));
        EngineSettings engineSettings = binder.bindOrCreate("im.socket", EngineSettings.class);
        DeviceSettings deviceSettings = binder.bindOrCreate("im.socket", DeviceSettings.class);
        Recovery recovery = new Recovery(
                new RecoveryIds(new ServiceTokens(TOKENS, Clock.systemUTC()).derivedKeys("recovery id")),
                this::missed,
                this::head);
        server = DeviceConfiguration.server(
                engineSettings,
                binder.bindOrCreate("im.socket", SocketIoSettings.class),
                verifier,
                recovery,
                new Devices(rooms, deviceSettings, engineSettings.queue(), Clock.systemUTC(), meters),
                meters);
        server.start();
    }

    /** @param keysAndValues settings below {@code im.socket.} in turn with their values */
    static TestServer start(String... keysAndValues) {
        return start(new TokenVerifier(TOKENS, Clock.systemUTC()), keysAndValues);
    }

    static TestServer start(TokenVerifier verifier, String... keysAndValues) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new TestServer(verifier, properties);
    }

    int port() {
        return server.port();
    }

    URI uri(String scheme, String query) {
        return URI.create(scheme + "://127.0.0.1:" + port() + "/socket.io/?" + query);
    }

    /** A websocket that is connected as this user; the first packet is the reply. */
    RawWebSocket connected(long userId, String restOfAuth) throws InterruptedException {
        RawWebSocket socket = new RawWebSocket(uri("ws", "EIO=4&transport=websocket"));
        socket.hears();
        socket.send("40{\"token\":\"" + token(userId) + "\"" + restOfAuth + "}");
        return socket;
    }

    static String token(long userId) {
        return token(userId, Duration.ofHours(1));
    }

    static String token(long userId, Duration validFor) {
        return new TokenIssuer(TOKENS, Clock.systemUTC()).issue(userId, validFor);
    }

    /** An event of the log, emitted as the broker's consumer does it: remembered first. */
    void follow(long userId, long seq) {
        RoomEvent event = event(userId, seq, "{\"n\":" + seq + "}");
        log.add(event);
        rooms.emit(event);
    }

    /** An event that this node never saw go by. */
    void missed(long userId, long seq) {
        log.add(event(userId, seq, "{\"n\":" + seq + "}"));
    }

    void missed(long userId, long seq, String json) {
        log.add(event(userId, seq, json));
    }

    void live(long userId, String json) {
        rooms.emit(event(userId, 0, json));
    }

    static RoomEvent event(long userId, long seq, String json) {
        return new RoomEvent(userId, "following notify", json.getBytes(StandardCharsets.UTF_8), seq, 0, "");
    }

    void trimLogBefore(long seq) {
        logBeginsAt = seq;
    }

    /** The log answers only when the returned future is completed. */
    CompletableFuture<Void> stallLog() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        logGate = gate;
        return gate;
    }

    /** The log cannot be read after that many answers. */
    void answerParts(int number) {
        partsAnswered = number;
    }

    /** As a node that has not learned yet where the log ends. */
    void forgetHead() {
        headForgotten = true;
    }

    /** Waits until a session was closed for that reason. */
    void awaitClosed(String reason) {
        await().atMost(Duration.ofSeconds(10)).until(() -> counted("im.connections.closed", reason) > 0);
    }

    double counted(String meter, String reason) {
        var counter = meters.find(meter).tag("reason", reason).counter();
        return counter == null ? 0 : counter.count();
    }

    private long head() {
        if (log.isEmpty() && headForgotten) {
            return -1;
        }
        return log.isEmpty() ? 0 : log.get(log.size() - 1).seq();
    }

    private CompletionStage<MissedEvents.Missed> missed(VerifiedUser user, String token, long seq) {
        List<RoomEvent> missed = new ArrayList<>(log);
        missed.removeIf(event -> event.userId() != user.id() || event.seq() <= seq || event.seq() < logBeginsAt);
        if (partsAsked.incrementAndGet() > partsAnswered) {
            return CompletableFuture.failedStage(new IllegalStateException("no log"));
        }
        boolean last = missed.size() <= PART;
        List<RoomEvent> part = last ? missed : List.copyOf(missed.subList(0, PART));
        MissedEvents.Missed answer = new MissedEvents.Missed(part, seq >= logBeginsAt - 1, last);
        CompletableFuture<Void> gate = logGate;
        if (gate == null) {
            return CompletableFuture.completedStage(answer);
        }
        CompletableFuture<MissedEvents.Missed> question = gate.thenApply(open -> answer);
        questions.add(question);
        return question;
    }

    @Override
    public void close() {
        server.stop();
    }
}
