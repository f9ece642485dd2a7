package io.github.follownotify.system.harness;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Does what a device has to do when it is told to: reads who follows its user over HTTP, newest first. */
final class StateReader {

    private static final JsonMapper json = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 500;

    private final Cluster cluster;
    private final HttpClient http;
    private final ScheduledExecutorService timer;

    StateReader(Cluster cluster, HttpClient http, ScheduledExecutorService timer) {
        this.cluster = cluster;
        this.http = http;
        this.timer = timer;
    }

    /** Reads until it gets to what the device knows already, and tries again for as long as that takes. */
    void read(DeviceBook book) {
        readPage(book, null);
    }

    private void readPage(DeviceBook book, @Nullable String cursor) {
        HttpRequest request = HttpRequest.newBuilder(
                        cluster.address().resolve("/followers?limit=100" + (cursor == null ? "" : "&cursor=" + cursor)))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + cluster.secrets.token(book.user()))
                .build();
        var unused = http.sendAsync(request, BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure == null && response.statusCode() == 200) {
                take(book, response);
            } else {
                var unusedToo = timer.schedule(() -> readPage(book, cursor), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void take(DeviceBook book, HttpResponse<String> response) {
        JsonNode page = json.readTree(response.body());
        List<Follow> followers = new ArrayList<>();
        for (JsonNode item : page.get("items")) {
            followers.add(new Follow(item.get("user_id").asLong(), book.user()));
        }
        JsonNode next = page.get("next_cursor");
        if (book.read(followers) && next != null && !next.isNull()) {
            readPage(book, next.asString());
        }
    }
}
