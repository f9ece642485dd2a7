package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.jwt.Secret;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.jwt.TokenVerifier;
import io.jsonwebtoken.Jwts;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the stock Java client sees. */
class JavaClientTest {

    private final TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.follownotify.im.devices.JavaClient#transports")
    void hearsTheEventsOfItsUserInOrder(String name, String[] transports) throws InterruptedException {
        try (JavaClient client = JavaClient.connected(server, transports, 42)) {
            server.follow(42, 1);
            server.follow(7, 2);
            server.live(42, "{\"name\":\"Zoë 🎉\"}");
            server.follow(42, 3);

            assertThat(client.hears()).isEqualTo("following notify [{\"n\":1}]");
            assertThat(client.hears()).isEqualTo("following notify [{\"name\":\"Zoë 🎉\"}]");
            assertThat(client.hears()).isEqualTo("following notify [{\"n\":3}]");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.follownotify.im.devices.JavaClient#transports")
    void isRefusedWithTheReasonAndDoesNotTryAgain(String name, String[] transports) throws InterruptedException {
        String expired = TestServer.token(42, Duration.ofSeconds(-5));
        try (JavaClient client = new JavaClient(server, transports, Map.of("token", expired), null)) {
            client.connect();

            assertThat(client.hears())
                    .isEqualTo("connect_error [{\"data\":{\"code\":\"token_expired\"},\"message\":\"unauthorized\"}]");
            assertThat(client.socket.isActive()).isFalse();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.follownotify.im.devices.JavaClient#transports")
    void mayShowItsTokenInTheQuery(String name, String[] transports) throws InterruptedException {
        try (JavaClient client = new JavaClient(server, transports, Map.of(), "token=" + TestServer.token(42))) {
            client.connect();

            assertThat(client.hears()).isEqualTo("connect []");
        }
    }

    @Test
    void firstPlaceThatHoldsATokenCounts() throws InterruptedException {
        try (JavaClient client = new JavaClient(
                server, JavaClient.WEBSOCKET, Map.of("token", "forged"), "token=" + TestServer.token(42))) {
            client.connect();

            assertThat(client.hears()).contains("token_invalid");
        }
    }

    @Test
    void reachesEveryDeviceOfTheUser() throws InterruptedException {
        try (JavaClient phone = JavaClient.connected(server, JavaClient.WEBSOCKET, 42);
                JavaClient browser = JavaClient.connected(server, JavaClient.POLLING, 42)) {
            assertThat(server.rooms.socketsOpen()).isEqualTo(2);
            assertThat(server.rooms.usersOnline()).isEqualTo(1);

            server.follow(42, 1);

            assertThat(phone.hears()).isEqualTo("following notify [{\"n\":1}]");
            assertThat(browser.hears()).isEqualTo("following notify [{\"n\":1}]");
        }
    }

    @Test
    void getsTheOffsetOnlyWhenItAsks() throws InterruptedException {
        try (JavaClient client =
                new JavaClient(server, JavaClient.WEBSOCKET, Map.of("token", TestServer.token(42)), "recover=true")) {
            client.connect();
            assertThat(client.hears()).isEqualTo("connect []");

            server.follow(42, 17);

            assertThat(client.hears()).isEqualTo("following notify [{\"n\":17}, " + TestServer.offset(17) + "]");
        }
    }

    @Test
    void reconnectsByItselfWhenItsUserHadTooManyConnections() throws InterruptedException {
        try (TestServer full = TestServer.start("limits.sockets-per-user", "1");
                JavaClient second =
                        new JavaClient(full, JavaClient.WEBSOCKET, Map.of("token", TestServer.token(42)), null)) {
            try (JavaClient first = JavaClient.connected(full, JavaClient.WEBSOCKET, 42)) {
                second.connect();
                full.awaitClosed("too_many_connections");
                assertThat(first.socket.connected()).isTrue();
            }

            assertThat(second.hearsNext("connect")).isEqualTo("connect []");
        }
    }

    /** Nothing is known against the token, so the client must not give up. */
    @Test
    void keepsTryingWhileItsTokenCannotBeVerified() throws Exception {
        TokenSettings unreachable = new TokenSettings(
                null,
                null,
                List.of(),
                null,
                URI.create("http://127.0.0.1:1/keys"),
                Duration.ofMinutes(5),
                null,
                null,
                Duration.ZERO,
                new Secret(TestServer.SECRET),
                List.of());
        String token = Jwts.builder()
                .header()
                .keyId("key-1")
                .and()
                .claim("user_id", 42)
                .expiration(Date.from(Instant.now().plusSeconds(3600)))
                .signWith(Jwts.SIG.RS256.keyPair().build().getPrivate())
                .compact();
        try (TestServer without = TestServer.start(new TokenVerifier(unreachable, Clock.systemUTC()));
                JavaClient client = new JavaClient(without, JavaClient.WEBSOCKET, Map.of("token", token), null)) {
            client.connect();

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> without.counted("im.connections.refused", "token_unverifiable") >= 2);
            assertThat(client.socket.isActive()).isTrue();
        }
    }
}
