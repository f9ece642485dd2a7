package io.github.follownotify.im.log;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.follownotify.im.rooms.RoomEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers for the log as follow-api does, from a list in memory. */
public final class FollowApiStandIn implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TreeMap<Long, RoomEvent> log = new TreeMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> serviceTokens = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch mayAnswer = new CountDownLatch(0);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private long head;
    private int pairs;
    private long oldest = 1;
    private volatile int status = 200;

    public FollowApiStandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/log", exchange -> answer(exchange, status));
        server.createContext("/log/missed", exchange -> answer(exchange, status));
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public synchronized RoomEvent write(long userId, String data) {
        RoomEvent event = new RoomEvent(
                userId,
                "following notify",
                data.getBytes(StandardCharsets.UTF_8),
                ++head,
                1_767_225_600_123L,
                "%08x-0000-4000-8000-%012d".formatted(head, head));
        log.put(head, event);
        return event;
    }

    public synchronized void writeUpTo(long seq, long userId) {
        while (head < seq) {
            write(userId, "{\"n\":" + (head + 1) + "}");
        }
    }

    public synchronized RoomEvent event(long seq) {
        return Objects.requireNonNull(log.get(seq), () -> "no event " + seq);
    }

    public synchronized long head() {
        return head;
    }

    /** As after a failover to a replica that was behind: what was committed after this seq is gone. */
    public synchronized void loseEverythingAfter(long seq) {
        log.tailMap(seq, false).clear();
        head = seq;
    }

    /** Pairs of user and offset that were asked for, over all reads. */
    public synchronized int pairs() {
        return pairs;
    }

    public synchronized void trimUpTo(long seq) {
        log.headMap(seq, true).clear();
        oldest = seq + 1;
    }

    /** Answers every request with this status from now on; 200 answers properly again. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    /** Requests arrive and wait until {@link #release()}. */
    public void hold() {
        mayAnswer = new CountDownLatch(1);
    }

    public void release() {
        mayAnswer.countDown();
    }

    /** Path and query of every request, in the order of arrival. */
    public List<String> requests() {
        return requests;
    }

    public List<String> serviceTokens() {
        return serviceTokens;
    }

    /** Most requests that were here at the same time. */
    public int mostAtOnce() {
        return mostAtOnce.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange, int code) throws IOException {
        mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
        byte[] asked = exchange.getRequestBody().readAllBytes();
        requests.add(exchange.getRequestURI().toString());
        try {
            mayAnswer.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        inside.decrementAndGet();
        serviceTokens.add(bearer(exchange));
        byte[] body = (code == 200 ? content(exchange, asked) : "{\"title\":\"no\"}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String content(HttpExchange exchange, byte[] asked) {
        return exchange.getRequestURI().getPath().equals("/log/missed") ? missed(asked) : page(exchange);
    }

    private synchronized String missed(byte[] asked) {
        JsonNode query = JsonMapper.shared().readTree(asked);
        int limit = query.at("/limit").asInt();
        List<String> items = new ArrayList<>();
        for (JsonNode pair : query.at("/pairs")) {
            pairs++;
            long user = pair.at("/user_id").asLong();
            long after = pair.at("/after").asLong();
            String events = log.tailMap(after, false).values().stream()
                    .filter(event -> event.userId() == user)
                    .limit(limit)
                    .map(event -> item(event, true))
                    .collect(Collectors.joining(","));
            items.add("{\"user_id\":%d,\"after\":%d,\"after_id\":%s,\"events\":[%s]}"
                    .formatted(user, after, idAt(after), events));
        }
        return "{\"items\":[%s],\"limit\":%d,\"head\":%d,\"oldest_seq\":%d}"
                .formatted(String.join(",", items), limit, head, oldest);
    }

    private synchronized String page(HttpExchange exchange) {
        Map<String, Long> query = Arrays.stream(
                        exchange.getRequestURI().getQuery().split("&"))
                .map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Long.valueOf(pair[1])));
        long after = query.getOrDefault("after", 0L);
        String items = log.tailMap(after, false).values().stream()
                .limit(query.getOrDefault("limit", 500L))
                .map(event -> item(event, true))
                .collect(Collectors.joining(","));
        return "{\"items\":[%s],\"head\":%d,\"oldest_seq\":%d,\"after_id\":%s}"
                .formatted(items, head, oldest, idAt(after));
    }

    private String idAt(long seq) {
        RoomEvent event = log.get(seq);
        return event == null ? "null" : "\"" + event.id() + "\"";
    }

    private static String item(RoomEvent event, boolean withRoom) {
        return "{\"seq\":%d,%s\"event\":\"%s\",\"id\":\"%s\",\"created_at\":\"%s\",\"data\":%s}"
                .formatted(
                        event.seq(),
                        withRoom ? "\"room\":" + event.userId() + "," : "",
                        event.type(),
                        event.id(),
                        Instant.ofEpochMilli(event.createdAtMillis()),
                        new String(event.json(), StandardCharsets.UTF_8));
    }

    private static String bearer(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null ? "" : header.substring("Bearer ".length());
    }
}
