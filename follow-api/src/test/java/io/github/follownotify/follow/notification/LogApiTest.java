package io.github.follownotify.follow.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.follow.HealthyFollowApi;
import io.github.follownotify.jwt.ServiceTokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a reader of the log gets, byte by byte. */
class LogApiTest extends HealthyFollowApi {

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @Autowired
    private ServiceTokens services;

    @Test
    void userReadsTheOwnNotificationsInOrder() {
        long target = newUser();
        long first = newUser();
        long second = newUser();
        follow(first, target);
        follow(second, target);
        follow(first, newUser());

        HttpResponse<String> answer = await().atMost(Duration.ofSeconds(20))
                .until(() -> get(target, "/notifications"), read -> items(read).size() == 2);

        String item = "\\{\"seq\":\\d+,\"event\":\"following notify\",\"data\":\\{\"id\":\"" + UUID
                + "\",\"user_id\":%1$d,\"user_id_str\":\"%1$d\",\"timestamp\":\\d+\\},\"created_at\":\"[-0-9]+T[:.0-9]+Z\",\"id\":\""
                + UUID
                + "\",\"offset\":\"\\d+[.][0-9a-f]{8}\"\\}";
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .matches(Pattern.compile("\\{\"items\":\\[" + item.formatted(first) + "," + item.formatted(second)
                        + "\\],\"head\":\\d+,\"oldest_seq\":\\d+,\"after_id\":null\\}"));
        assertThat(items(answer))
                .allSatisfy(read -> assertThat(read.at("/offset").asString())
                        .isEqualTo(read.at("/seq").asLong() + "."
                                + read.at("/id").asString().substring(0, 8)));
        long seq = items(answer).get(0).at("/seq").asLong();
        assertThat(items(get(target, "/notifications?after=" + seq))).hasSize(1);
        assertThat(items(get(target, "/notifications?limit=1"))).hasSize(1);
    }

    @Test
    void serviceReadsEverybodysInOrderAndWithoutGaps() {
        long target = newUser();
        follow(newUser(), target);
        follow(newUser(), newUser());
        follow(newUser(), target);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> items(get(target, "/notifications")).size() == 2);
        long from = items(get(target, "/notifications")).get(0).at("/seq").asLong();

        HttpResponse<String> answer = log("?after=" + (from - 1));

        assertThat(answer.body())
                .matches(Pattern.compile("\\{\"items\":\\[\\{\"seq\":" + from + ",\"room\":" + target
                        + ",\"event\":\"following notify\",\"id\":\"" + UUID
                        + "\",\"created_at\":\"[-0-9]+T[:.0-9]+Z\",\"data\":\\{.*"));
        assertThat(items(answer)).extracting(item -> item.at("/seq").asLong()).startsWith(from, from + 1, from + 2);
        assertThat(json(answer).at("/head").asLong()).isGreaterThanOrEqualTo(from + 2);
        assertThat(json(answer).at("/oldest_seq").asLong()).isEqualTo(1);
        assertThat(items(log("?after=" + (from - 1) + "&limit=2"))).hasSize(2);
        assertThat(json(log("?after=" + from)).at("/after_id").asString())
                .isEqualTo(items(answer).get(0).at("/id").asString());
        assertThat(json(log("?after=1000000000")).at("/after_id").isNull()).isTrue();
    }

    @Test
    void serviceReadsWhatSeveralUsersMissed() {
        long one = newUser();
        long other = newUser();
        long nobody = newUser();
        follow(newUser(), one);
        follow(newUser(), other);
        follow(newUser(), one);
        JsonNode ofOne = items(get(one, "/notifications"));
        long first = ofOne.get(0).at("/seq").asLong();
        long last = ofOne.get(1).at("/seq").asLong();

        JsonNode answer = json(missed("""
                {"pairs":[{"user_id":%d,"after":%d},{"user_id":%d,"after":0},{"user_id":%d,"after":%d},{"user_id":%d,"after":0}],"limit":100}""".formatted(one, first, other, nobody, last, one)));

        assertThat(answer.at("/limit").asInt()).isEqualTo(100);
        assertThat(answer.at("/oldest_seq").asLong()).isEqualTo(1);
        assertThat(answer.at("/head").asLong()).isGreaterThanOrEqualTo(last);
        JsonNode items = answer.at("/items");
        assertThat(items).hasSize(4);
        assertThat(items.get(0).at("/user_id").asLong()).isEqualTo(one);
        assertThat(items.get(0).at("/after_id").asString())
                .isEqualTo(ofOne.get(0).at("/id").asString());
        assertThat(items.get(0).at("/events")).hasSize(1);
        assertThat(items.get(0).at("/events/0/seq").asLong()).isEqualTo(last);
        assertThat(items.get(1).at("/events/0/room").asLong()).isEqualTo(other);
        assertThat(items.get(1).at("/after_id").isNull()).isTrue();
        assertThat(items.get(2).at("/events")).isEmpty();
        assertThat(items.get(3).at("/events"))
                .extracting(event -> event.at("/seq").asLong())
                .containsExactly(first, last);
    }

    @Test
    void manyPairsGetFewerEventsEach() {
        long user = newUser();
        for (int i = 0; i < 25; i++) {
            follow(newUser(), user);
        }
        String pairs = LongStream.range(0, 200)
                .mapToObj(seq -> "{\"user_id\":%d,\"after\":%d}".formatted(user, seq))
                .collect(Collectors.joining(","));

        JsonNode answer = json(missed("{\"pairs\":[" + pairs + "],\"limit\":100}"));

        assertThat(answer.at("/limit").asInt()).isEqualTo(20);
        assertThat(answer.at("/items/0/events")).hasSize(20);
        assertThat(missed("{\"pairs\":[" + pairs + ",{\"user_id\":1,\"after\":0}],\"limit\":100}")
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"pairs\":[],\"limit\":1}",
                "{\"pairs\":[null],\"limit\":1}",
                "{\"pairs\":[{\"user_id\":0,\"after\":0}],\"limit\":1}",
                "{\"pairs\":[{\"user_id\":1,\"after\":-1}],\"limit\":1}",
                "{\"pairs\":[{\"user_id\":1,\"after\":0}]}",
                "{\"pairs\":[{\"user_id\":1,\"after\":0}],\"limit\":101}",
                "{\"pairs\":[{\"user_id\":\"x\",\"after\":0}],\"limit\":1}",
                "{\"pairs\":{},\"limit\":1}"
            })
    void readsOfMissedEventsThatCannotBeAnsweredAreRefused(String body) {
        assertThat(missed(body).statusCode()).isEqualTo(400);
    }

    @Test
    void usersTokenDoesNotOpenTheLogAndServicesTokenIsNoUser() {
        assertThat(get(newUser(), "/log").statusCode()).isEqualTo(401);
        assertThat(send(request("/log/missed", token(newUser()))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"pairs\":[{\"user_id\":1,\"after\":0}],\"limit\":1}")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/notifications", services.issue("im-server", "log:read"))
                                .GET())
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/log", services.issue("im-server", "other")).GET())
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=-1", "?limit=0", "?limit=1001", "?after=x"})
    void boundsThatCannotBeUsedAreRefused(String query) {
        assertThat(log(query).statusCode()).isEqualTo(400);
        assertThat(get(newUser(), "/notifications" + query).statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> missed(String body) {
        return send(request("/log/missed", services.issue("im-server", "log:read"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> log(String query) {
        return send(
                request("/log" + query, services.issue("im-server", "log:read")).GET());
    }

    private static JsonNode items(HttpResponse<String> answer) {
        return json(answer).at("/items");
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return new JsonMapper().readTree(answer.body());
    }
}
