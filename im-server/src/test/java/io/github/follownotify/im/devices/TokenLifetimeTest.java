package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.socket.client.Ack;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token ends while its connection lives. */
class TokenLifetimeTest {

    static Stream<Arguments> transports() {
        return JavaClient.transports();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transports")
    void clientIsToldBeforeAndThenTheReasonOfTheEnd(String name, String[] transports) throws InterruptedException {
        try (TestServer server = TestServer.start("token.expiring-notice", "1s", "token.grace", "0s");
                JavaClient client = client(server, transports, Duration.ofSeconds(5))) {
            assertThat(client.hears()).isEqualTo("connect []");
            assertThat(client.hears()).startsWith("token expiring [{\"expires_at\":");
            assertThat(client.hears()).isEqualTo("closing [{\"reason\":\"token_expired\"}]");
            assertThat(server.rooms.socketsOpen()).isZero();
            server.follow(42, 1);

            // Not "transport close", after which it would try again with the same token.
            assertThat(client.hears()).isEqualTo("disconnect [io server disconnect]");
            assertThat(client.socket.isActive()).isFalse();
            assertThat(client.hearsNothing()).isTrue();
        }
    }

    @Test
    void newTokenProlongsTheConnection() throws Exception {
        try (TestServer server = TestServer.start("token.expiring-notice", "60s", "token.grace", "0s");
                JavaClient client = client(server, JavaClient.WEBSOCKET, Duration.ofSeconds(20))) {
            client.hears();
            assertThat(client.hears()).startsWith("token expiring");

            assertThat(refresh(client, TestServer.token(42, Duration.ofSeconds(40))))
                    .contains("\"status\":\"ok\"")
                    .contains("\"expires_at\":");
            assertThat(client.hears()).startsWith("token expiring");
            assertThat(refresh(client, TestServer.token(42))).contains("\"ok\"");
            server.follow(42, 1);
            assertThat(client.hears()).isEqualTo("following notify [{\"n\":1}]");
        }
    }

    @Test
    void refreshWithABadTokenSaysWhy() throws Exception {
        try (TestServer server = TestServer.start();
                JavaClient client = client(server, JavaClient.WEBSOCKET, Duration.ofHours(1))) {
            client.hears();

            assertThat(refresh(client, "forged")).isEqualTo("{\"code\":\"token_invalid\",\"status\":\"error\"}");
            assertThat(refresh(client, TestServer.token(42, Duration.ofSeconds(-9))))
                    .isEqualTo("{\"code\":\"token_expired\",\"status\":\"error\"}");
            assertThat(refresh(client, TestServer.token(7)))
                    .isEqualTo("{\"code\":\"token_of_another_user\",\"status\":\"error\"}");
            assertThat(client.socket.connected()).isTrue();
        }
    }

    private static JavaClient client(TestServer server, String[] transports, Duration validFor) {
        JavaClient client = new JavaClient(server, transports, Map.of("token", TestServer.token(42, validFor)), null);
        client.connect();
        return client;
    }

    /** The client's JSON library sorts the names. */
    private static String refresh(JavaClient client, String token) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Ack ack = arguments -> answer.complete(String.valueOf(arguments[0]));
        client.socket.emit("token refresh", new Object[] {token}, ack);
        return answer.get(10, TimeUnit.SECONDS);
    }
}
