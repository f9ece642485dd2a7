package io.github.follownotify.follow.following;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.jwt.VerifiedUser;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FollowNotifyTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.999Z");

    @Test
    void longNameIsCutBetweenCharacters() {
        FollowNotify event = event("🙂".repeat(201), null);

        assertThat(event.userName()).isEqualTo("🙂".repeat(200));
    }

    @Test
    void photoThatCannotBeAnAddressIsLeftOut() {
        assertThat(event("Zoë", "https://x/" + "y".repeat(2048)).userPhoto()).isNull();
        assertThat(event("Zoë", "https://x/\u0001").userPhoto()).isNull();
        assertThat(event("Zoë", "https://x/y").userPhoto()).isEqualTo("https://x/y");
    }

    @Test
    void worstCaseFitsIntoTheLog() {
        FollowNotify event = event("\u0001".repeat(200), "\"".repeat(2048));

        assertThat(new JsonMapper().writeValueAsString(event).length()).isLessThanOrEqualTo(8000);
    }

    private static FollowNotify event(String name, @Nullable String photo) {
        return FollowNotify.of(new VerifiedUser(Long.MAX_VALUE, name, photo, NOW), NOW);
    }
}
