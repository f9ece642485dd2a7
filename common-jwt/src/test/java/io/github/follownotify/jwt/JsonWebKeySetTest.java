package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonWebKeySetTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final KeyPair issuerKeys = Jwts.SIG.ES256.keyPair().build();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile int status = 200;
    private volatile String keyId = "key-1";
    private HttpServer issuer;

    @BeforeEach
    void startIssuer() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/jwks", exchange -> {
            reads.incrementAndGet();
            byte[] body = keySet().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        issuer.start();
    }

    @AfterEach
    void stopIssuer() {
        issuer.stop(0);
    }

    @Test
    void verifiesWithTheKeyThatTheTokenNames() {
        try (TokenKeys keys = TokenKeys.of(settings())) {
            TokenVerifier verifier = new TokenVerifier(settings(), keys, Clock.systemUTC());

            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> verifier.verify(token("key-1")).id() == 7);
        }
    }

    @Test
    void asksForUnknownKeysOnlyNowAndThen() {
        try (JsonWebKeySet keySet = new JsonWebKeySet(address(), Duration.ofMinutes(5))) {
            await().atMost(LIMIT).ignoreExceptions().until(() -> keySet.find("key-1") != null);

            for (int i = 0; i < 100; i++) {
                assertThat(keySet.find("made-up-" + i)).isNull();
            }

            assertThat(reads).hasValue(1);
        }
    }

    @Test
    void saysThatNothingCanBeVerifiedYetWhileTheIssuerIsDown() {
        status = 500;
        try (JsonWebKeySet keySet = new JsonWebKeySet(address(), Duration.ofMinutes(5))) {
            InvalidTokenException refusal =
                    catchThrowableOfType(InvalidTokenException.class, () -> keySet.find("key-1"));
            assertThat(refusal.reason()).isEqualTo(Reason.UNVERIFIABLE);

            status = 200;

            await().atMost(LIMIT).ignoreExceptions().until(() -> keySet.find("key-1") != null);
        }
    }

    @Test
    void verifiesNothingAnyMoreWithAKeyThatTheIssuerHasTakenBack() {
        TokenSettings settings = settings(Duration.ofMillis(50));
        try (TokenKeys keys = TokenKeys.of(settings)) {
            TokenVerifier verifier = new TokenVerifier(settings, keys, Clock.systemUTC());
            String token = token("key-1");
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> verifier.verify(token).id() == 7);

            keyId = "key-2";

            await().atMost(LIMIT).untilAsserted(() -> assertThat(
                            catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token)))
                    .isNotNull());
            assertThat(verifier.verify(token("key-2")).id()).isEqualTo(7);
        }
    }

    private TokenSettings settings() {
        return settings(Duration.ofMinutes(5));
    }

    private TokenSettings settings(Duration refresh) {
        return new TokenSettings(
                null,
                null,
                List.of(),
                null,
                address(),
                refresh,
                null,
                null,
                Duration.ZERO,
                new Secret("a service secret of at least 32 bytes"),
                List.of());
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/jwks");
    }

    private String keySet() {
        var jwk = Jwks.builder()
                .key((ECPublicKey) issuerKeys.getPublic())
                .id(keyId)
                .build();
        return "{\"keys\":[" + Jwks.json(jwk) + "]}";
    }

    private String token(String keyId) {
        return Jwts.builder()
                .header()
                .keyId(keyId)
                .and()
                .subject("7")
                .expiration(Date.from(Instant.now().plusSeconds(60)))
                .signWith(issuerKeys.getPrivate())
                .compact();
    }
}
