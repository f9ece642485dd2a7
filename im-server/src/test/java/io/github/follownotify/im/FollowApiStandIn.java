package io.github.follownotify.im;

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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Answers for the log as follow-api does, from a list in memory. */
public final class FollowApiStandIn implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TreeMap<Long, RoomEvent> log = new TreeMap<>();
    private final Map<String, Long> usersByToken = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> serviceTokens = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch mayAnswer = new CountDownLatch(0);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private long head;
    private long oldest = 1;
    private volatile int status = 200;
    private volatile int newestStatus = 200;

    public FollowApiStandIn() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/log", exchange -> answer(exchange, 0, status));
        server.createContext("/log/newest", exchange -> answer(exchange, 0, newestStatus));
        server.createContext("/notifications", exchange -> answer(exchange, userOf(exchange), status));
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
                "00000000-0000-0000-0000-" + String.format("%012d", head));
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

    public synchronized void trimUpTo(long seq) {
        log.headMap(seq, true).clear();
        oldest = seq + 1;
    }

    public void acceptToken(String token, long userId) {
        usersByToken.put(token, userId);
    }

    /** Answers every request with this status from now on; 200 answers properly again. */
    public void answerWith(int newStatus) {
        status = newStatus;
    }

    /** Answers questions for the newest events with this status. */
    public void answerToNewestWith(int newStatus) {
        newestStatus = newStatus;
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

    private long userOf(HttpExchange exchange) {
        return usersByToken.getOrDefault(bearer(exchange), -1L);
    }

    private void answer(HttpExchange exchange, long userId, int wanted) throws IOException {
        mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
        requests.add(exchange.getRequestURI().toString());
        try {
            mayAnswer.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        inside.decrementAndGet();
        if (userId == 0) {
            serviceTokens.add(bearer(exchange));
        }
        int code = wanted == 200 && userId < 0 ? 401 : wanted;
        byte[] body = (code == 200 ? content(exchange, userId) : "{\"title\":\"no\"}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String content(HttpExchange exchange, long userId) {
        return exchange.getRequestURI().getPath().equals("/log/newest") ? newest(exchange) : page(exchange, userId);
    }

    private synchronized String newest(HttpExchange exchange) {
        Map<String, String> query = Arrays.stream(
                        exchange.getRequestURI().getQuery().split("&"))
                .map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        long upTo = Long.parseLong(query.getOrDefault("up_to", "0"));
        List<String> items = new ArrayList<>();
        for (String user : query.getOrDefault("user_id", "0").split(",")) {
            log.headMap(upTo, true).values().stream()
                    .filter(event -> event.userId() == Long.parseLong(user))
                    .mapToLong(RoomEvent::seq)
                    .max()
                    .ifPresent(seq -> items.add("{\"room\":%s,\"seq\":%d}".formatted(user, seq)));
        }
        return "{\"items\":[%s],\"oldest_seq\":%d}".formatted(String.join(",", items), oldest);
    }

    private synchronized String page(HttpExchange exchange, long userId) {
        Map<String, Long> query = Arrays.stream(
                        exchange.getRequestURI().getQuery().split("&"))
                .map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> Long.valueOf(pair[1])));
        long limit = query.getOrDefault("limit", 500L);
        List<String> items = new ArrayList<>();
        for (RoomEvent event :
                log.tailMap(query.getOrDefault("after", 0L), false).values()) {
            if (items.size() < limit && (userId == 0 || event.userId() == userId)) {
                items.add(item(event, userId == 0));
            }
        }
        return "{\"items\":[%s],\"unread\":3,\"head\":%d,\"oldest_seq\":%d}"
                .formatted(String.join(",", items), head, oldest);
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
