package io.github.follownotify.system.harness;

import io.github.follownotify.system.harness.Attempt.Answer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Users who follow each other at an even pace, through the balancer. */
final class Load {

    private static final long FIRST_FOLLOWER = 1_000_000;
    private static final int MOST_UNDER_WAY = 500;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Shared by all runs of a JVM, because a pair of users can follow only once. */
    private static final AtomicLong nextFollower = new AtomicLong(FIRST_FOLLOWER);

    private final Cluster cluster;
    private final Ledger ledger;
    private final HttpClient http;
    private final Semaphore room = new Semaphore(MOST_UNDER_WAY);
    private final Map<Follow, Long> underWay = new ConcurrentHashMap<>();

    Load(Cluster cluster, Ledger ledger, HttpClient http) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.http = http;
    }

    /**
     * Follows until there are enough follows and the faults are over; ends at once when the faults fail.
     *
     * @param users ids of those who are followed, from 1
     */
    void run(int follows, int perSecond, int users, long seed, CompletableFuture<Void> faults) {
        Random random = new Random(seed);
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long next = System.nanoTime();
        for (int i = 0; !faults.isDone() || (i < follows && !faults.isCompletedExceptionally()); i++) {
            LockSupport.parkNanos(next - System.nanoTime());
            room.acquireUninterruptibly();
            // Whoever waited for room does not hurry afterwards: the pace is that of users, not a total.
            next = Math.max(next + pause, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
            var unused = send(newFollow(random.nextInt(users) + 1L)).whenComplete((done, failure) -> room.release());
        }
    }

    Follow newFollow(long target) {
        return new Follow(nextFollower.getAndIncrement(), target);
    }

    CompletableFuture<HttpResponse<String>> send(Follow follow) {
        HttpRequest request = HttpRequest.newBuilder(cluster.address().resolve("/followings"))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + cluster.secrets.token(follow.follower()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"target\": " + follow.target() + "}"))
                .build();
        long started = System.nanoTime();
        underWay.put(follow, started);
        return http.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, failure) -> {
            ledger.attempted(follow, started, System.nanoTime(), answer(response, failure));
            underWay.remove(follow);
        });
    }

    /** Waits until nothing waits for an answer that began until then. */
    void awaitAnswers(long until) {
        Awaitility.await("answers to follows").atMost(LIMIT.multipliedBy(2)).until(() -> underWay.values().stream()
                .noneMatch(started -> started <= until));
    }

    private static Answer answer(@Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        if (failure != null || response == null || response.statusCode() >= 500) {
            return Answer.UNKNOWN;
        }
        return response.statusCode() < 300 ? Answer.ACKNOWLEDGED : Answer.REFUSED;
    }
}
