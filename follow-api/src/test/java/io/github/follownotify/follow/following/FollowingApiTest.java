package io.github.follownotify.follow.following;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.follow.HealthyFollowApi;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FollowingApiTest extends HealthyFollowApi {

    private static final Pattern CURSOR = Pattern.compile("\"next_cursor\":\"([^\"]+)\"");

    @Test
    void followingIsCreatedOnceAndNotifiesOnce() {
        long follower = newUser();
        long target = newUser();

        HttpResponse<String> first = follow(follower, target);
        HttpResponse<String> again = follow(follower, target);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(List.of(first.body(), again.body()))
                .containsOnly("{\"target\":%1$d,\"target_str\":\"%1$d\"}".formatted(target));
        assertThat(notificationsFor(target)).isEqualTo(1);
    }

    /** 2^53 + 1 is the first integer that JavaScript can't have as a number: it would show another user. */
    @Test
    void userIdsAreThereInDigitsToo() {
        long follower = newUser();
        long target = (1L << 53) + newUser();

        HttpResponse<String> answer = post(token(follower), "{\"target_str\": \"%d\"}".formatted(target));
        HttpResponse<String> again =
                post(token(follower), "{\"target\": %1$d, \"target_str\": \"%1$d\"}".formatted(target));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"target\":%1$d,\"target_str\":\"%1$d\"}".formatted(target));
        assertThat(get(follower, "/followings").body()).contains("\"user_id_str\":\"%d\"".formatted(target));
        assertThat(get(target, "/followers").body()).contains("\"user_id_str\":\"%d\"".formatted(follower));
    }

    @Test
    void simultaneousRepeatsMakeOneRelationAndOneNotification() throws Exception {
        long follower = newUser();
        long target = newUser();
        ExecutorService clients = Executors.newFixedThreadPool(8);

        List<Future<Integer>> answers = clients.invokeAll(
                Collections.nCopies(24, () -> follow(follower, target).statusCode()));
        clients.shutdown();

        assertThat(answers).extracting(Future::get).containsOnlyOnce(201).containsOnly(201, 200);
        assertThat(notificationsFor(target)).isEqualTo(1);
    }

    @Test
    void unfollowingIsDoneAlsoWhenThereIsNothingToEnd() {
        long follower = newUser();
        long target = newUser();
        follow(follower, target);

        assertThat(unfollow(follower, target).statusCode()).isEqualTo(204);
        assertThat(unfollow(follower, target).statusCode()).isEqualTo(204);

        assertThat(get(follower, "/followings").body()).isEqualTo("{\"items\":[],\"next_cursor\":null}");
    }

    @Test
    void followingAnewAfterUnfollowingNotifiesAnew() {
        long follower = newUser();
        long target = newUser();

        follow(follower, target);
        unfollow(follower, target);

        assertThat(follow(follower, target).statusCode()).isEqualTo(201);
        assertThat(notificationsFor(target)).isEqualTo(2);
    }

    @Test
    void bothSidesOfARelationAreListed() {
        long follower = newUser();
        long target = newUser();
        follow(follower, target);

        assertThat(get(follower, "/followings").body())
                .matches(
                        "\\{\"items\":\\[\\{\"user_id\":%1$d,\"user_id_str\":\"%1$d\",\"followed_at\":\"[-0-9]+T[:.0-9]+Z\"}],\"next_cursor\":null}"
                                .formatted(target));
        assertThat(get(target, "/followers").body()).contains("\"user_id\":" + follower);
        assertThat(get(target, "/followings").body()).doesNotContain("user_id");
    }

    @Test
    void pagesAreNewestFirstAndLeadToTheEnd() {
        long follower = newUser();
        List<Long> targets =
                LongStream.range(0, 5).map(index -> newUser()).boxed().toList();
        targets.forEach(target -> follow(follower, target));

        HttpResponse<String> first = get(follower, "/followings?limit=2");
        HttpResponse<String> second = get(follower, "/followings?limit=2&cursor=" + cursor(first));
        HttpResponse<String> third = get(follower, "/followings?limit=2&cursor=" + cursor(second));

        assertThat(userIds(first)).containsExactly(targets.get(4), targets.get(3));
        assertThat(userIds(second)).containsExactly(targets.get(2), targets.get(1));
        assertThat(userIds(third)).containsExactly(targets.get(0));
        assertThat(first.headers().firstValue("Link"))
                .hasValue("</followings?cursor=%s&limit=2>; rel=\"next\"".formatted(cursor(first)));
        assertThat(third.headers().firstValue("Link")).isEmpty();
        assertThat(third.body()).contains("\"next_cursor\":null");
    }

    @Test
    void pagesStayWhereTheyAreWhenNewRelationsComeInBetween() {
        long target = newUser();
        List<Long> followers =
                LongStream.range(0, 3).map(index -> newUser()).boxed().toList();
        followers.forEach(follower -> follow(follower, target));

        HttpResponse<String> first = get(target, "/followers?limit=2");
        follow(newUser(), target);
        HttpResponse<String> second = get(target, "/followers?limit=2&cursor=" + cursor(first));

        assertThat(userIds(second)).containsExactly(followers.get(0));
    }

    private static String cursor(HttpResponse<String> page) {
        return CURSOR.matcher(page.body())
                .results()
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow();
    }

    private static List<Long> userIds(HttpResponse<String> page) {
        return Pattern.compile("\"user_id\":(\\d+)")
                .matcher(page.body())
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .toList();
    }
}
