package io.github.follownotify.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.jwt.TokenSettings;
import java.time.Clock;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.web.MockHttpServletRequest;

class DemoSessionTest {

    private static final DemoTokens TOKENS =
            new DemoTokens(TokenSettings.ofSecret("a secret of at least thirty-two bytes"), Clock.systemUTC());

    @Test
    void refusesAPageWhoseNameOnlyPointsAtThisMachine() {
        assertThat(status(new DemoSession(TOKENS, 1, true), "rebound.example")).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(status(new DemoSession(TOKENS, 1, true), "localhost")).isEqualTo(HttpStatus.OK);
        assertThat(status(new DemoSession(TOKENS, 1, true), "[::1]")).isEqualTo(HttpStatus.OK);
    }

    @Test
    void answersUnderAnyNameWhenItListensForOthersToo() {
        assertThat(status(new DemoSession(TOKENS, 1, false), "laptop.example")).isEqualTo(HttpStatus.OK);
    }

    @Test
    void namesUsersSoThatTheyCanBeToldApart() {
        assertThat(LongStream.rangeClosed(1, 200).mapToObj(DemoTokens::name)).doesNotHaveDuplicates();
        assertThat(DemoTokens.name(1)).isEqualTo("Alice");
        assertThat(DemoTokens.name(2)).isEqualTo("Bob");
    }

    private static HttpStatusCode status(DemoSession session, String host) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setServerName(host);
        return session.session(List.of(1L), request).getStatusCode();
    }
}
