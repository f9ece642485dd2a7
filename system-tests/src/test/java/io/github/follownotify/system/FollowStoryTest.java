package io.github.follownotify.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole main job: somebody follows through HTTP, the other one's devices know. */
class FollowStoryTest {

    private static final long ALICE = 1;
    private static final long BOB = 2;
    private static final long CAROL = 3;
    private static final long DAVE = 4;

    @AutoClose
    private static Installation installation;

    @BeforeAll
    static void startEverything() {
        installation = Installation.start();
    }

    @Test
    void everyDeviceOfTheTargetLearnsWhoFollowed() throws JSONException {
        try (Device phone = Device.of(BOB, installation.imServer());
                Device browser = Device.upgrading(BOB, installation.imServer());
                Device ofSomebodyElse = Device.of(CAROL, installation.imServer())) {

            var answer = installation.api().follow(Users.token(ALICE, "Alice"), BOB);

            assertThat(answer.statusCode()).isEqualTo(201);
            await().atMost(Device.LIMIT)
                    .until(() -> phone.followers().equals(List.of(ALICE))
                            && browser.followers().equals(List.of(ALICE)));
            JSONObject notification = phone.notifications().get(0);
            assertThat(notification.getString("user_name")).isEqualTo("Alice");
            assertThat(notification.getString("id")).hasSize(36);
            assertThat(notification.getLong("timestamp")).isBetween(1_700_000_000L, 5_000_000_000L);
            assertThat(notification.has("user_photo")).isFalse();
            assertThat(ofSomebodyElse.notifications()).isEmpty();
        }
    }

    @Test
    void aRepeatedFollowNotifiesNobodyAndANewOneAfterAnUnfollowDoes() {
        try (Device device = Device.of(CAROL, installation.imServer())) {
            assertThat(installation.api().follow(ALICE, CAROL).statusCode()).isEqualTo(201);
            assertThat(installation.api().follow(ALICE, CAROL).statusCode()).isEqualTo(200);
            assertThat(installation.api().unfollow(ALICE, CAROL).statusCode()).isEqualTo(204);
            assertThat(installation.api().unfollow(ALICE, CAROL).statusCode()).isEqualTo(204);
            assertThat(installation.api().follow(ALICE, CAROL).statusCode()).isEqualTo(201);
            // Order per recipient holds, so once the last one is here, nothing earlier is still to come.
            assertThat(installation.api().follow(DAVE, CAROL).statusCode()).isEqualTo(201);

            await().atMost(Device.LIMIT).until(() -> device.followers().contains(DAVE));
            assertThat(device.followers()).containsExactly(ALICE, ALICE, DAVE);
        }
    }

    @Test
    void nobodyIsNotifiedOfWhatWasRefused() {
        try (Device device = Device.of(DAVE, installation.imServer())) {
            assertThat(installation.api().follow("not a token", DAVE).statusCode())
                    .isEqualTo(401);
            assertThat(installation.api().follow(DAVE, DAVE).statusCode()).isEqualTo(422);
            assertThat(installation.api().follow(ALICE, 0).statusCode()).isEqualTo(400);

            assertThat(installation.api().follow(BOB, DAVE).statusCode()).isEqualTo(201);

            await().atMost(Device.LIMIT).until(() -> !device.followers().isEmpty());
            assertThat(device.followers()).containsExactly(BOB);
        }
    }
}
