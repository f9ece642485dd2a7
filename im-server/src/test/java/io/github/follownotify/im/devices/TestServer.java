package io.github.follownotify.im.devices;

import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.engineio.EngineSettings;
import io.github.follownotify.im.engineio.RawWebSocket;
import io.github.follownotify.im.replay.Missed;
import io.github.follownotify.im.rooms.LogOffset;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.im.socketio.SocketIoSettings;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.jwt.ServiceTokens;
import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.jwt.TokenVerifier;
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
                () -> CompletableFuture.completedFuture(null),
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
        return new RoomEvent(userId, "following notify", json.getBytes(StandardCharsets.UTF_8), seq, 0, id(seq));
    }

    /** As a UUID whose beginning is the seq. */
    private static String id(long seq) {
        return seq == 0 ? "" : "%08x-0000-4000-8000-000000000000".formatted(seq);
    }

    /** The offset of a client that has received the event with this seq. */
    static String offset(long seq) {
        return event(0, seq, "{}").offset().toString();
    }

    /** As after a failover to a replica that was behind: what was committed from this seq on is gone. */
    void loseLogFrom(long seq) {
        log.removeIf(event -> event.seq() >= seq);
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

    private @Nullable LogOffset head() {
        if (log.isEmpty()) {
            return headForgotten ? null : LogOffset.unchecked(0);
        }
        return log.get(log.size() - 1).offset();
    }

    private CompletionStage<Missed> missed(long userId, LogOffset offset) {
        if (partsAsked.incrementAndGet() > partsAnswered) {
            return CompletableFuture.failedStage(new IllegalStateException("no log"));
        }
        Missed answer = answer(userId, offset);
        CompletableFuture<Void> gate = logGate;
        if (gate == null) {
            return CompletableFuture.completedStage(answer);
        }
        CompletableFuture<Missed> question = gate.thenApply(open -> answer);
        questions.add(question);
        return question;
    }

    private Missed answer(long userId, LogOffset offset) {
        LogOffset head = head();
        if (head != null && offset.seq() > head.seq()) {
            return new Missed(Missed.Status.UNKNOWN_OFFSET, List.of(), true);
        }
        if (log.stream()
                .anyMatch(event -> event.seq() == offset.seq()
                        && offset.contradicts(event.offset().tag()))) {
            return new Missed(Missed.Status.HISTORY_CHANGED, List.of(), true);
        }
        if (offset.seq() < logBeginsAt - 1) {
            return new Missed(Missed.Status.LOG_TRIMMED, List.of(), true);
        }
        List<RoomEvent> missed = new ArrayList<>(log);
        missed.removeIf(event -> event.userId() != userId || event.seq() <= offset.seq());
        boolean last = missed.size() <= PART;
        return new Missed(Missed.Status.COMPLETE, last ? missed : missed.subList(0, PART), last);
    }

    @Override
    public void close() {
        server.stop();
    }
}
