package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTokensTest {

    private static final Secret SECRET = new Secret("a secret that is at least 32 bytes long");
    private static final Secret NEXT_SECRET = new Secret("the next secret, at least 32 bytes long");
    private static final Secret SERVICE_SECRET = new Secret("a secret that only the services know of");
    private static final TokenSettings SETTINGS = TokenSettings.ofSecret(SECRET.value());

    private final Clock clock = Clock.systemUTC();
    private final ServiceTokens tokens = new ServiceTokens(SETTINGS, clock);

    @Test
    void permitTheirScopeAndNoOther() {
        String token = tokens.issue("im-server", "log:read");

        assertThatCode(() -> tokens.verify(token, "log:read")).doesNotThrowAnyException();
        assertThat(reasonFor(tokens, token, "log:write")).isEqualTo(Reason.INVALID);
    }

    @Test
    void ofAUserThatClaimsEverythingIsRefused() {
        String claimsEverything = everything().signWith(SECRET.key()).compact();

        assertThat(reasonFor(tokens, claimsEverything, "log:read")).isEqualTo(Reason.INVALID);
        assertThat(new TokenVerifier(SETTINGS, clock).verify(claimsEverything).id())
                .isEqualTo(7);
    }

    @Test
    void ofAUserThatClaimsEverythingIsRefusedAlsoWhereTheServicesHaveASecretOfTheirOwn() {
        ServiceTokens services = new ServiceTokens(settings(SECRET, List.of(), null, SERVICE_SECRET, List.of()), clock);

        for (Secret secret : List.of(SECRET, SERVICE_SECRET)) {
            assertThat(reasonFor(services, everything().signWith(secret.key()).compact(), "log:read"))
                    .isEqualTo(Reason.INVALID);
        }
    }

    @Test
    void ofAnIssuersUserThatClaimsEverythingIsRefused(@TempDir Path folder) throws IOException {
        KeyPair issuer = Jwts.SIG.RS256.keyPair().build();
        TokenSettings settings = settings(null, List.of(), pem(folder, issuer), SERVICE_SECRET, List.of());
        ServiceTokens services = new ServiceTokens(settings, clock);
        String claimsEverything = everything().signWith(issuer.getPrivate()).compact();
        String signedWithThePublicKey =
                everything().signWith(new Secret(base64(issuer)).key()).compact();

        assertThat(new TokenVerifier(settings, clock).verify(claimsEverything).id())
                .isEqualTo(7);
        assertThat(reasonFor(services, claimsEverything, "log:read")).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(services, signedWithThePublicKey, "log:read")).isEqualTo(Reason.INVALID);
    }

    @Test
    void areNoUsers(@TempDir Path folder) throws IOException {
        Path issuersKey = pem(folder, Jwts.SIG.RS256.keyPair().build());

        for (TokenSettings settings : List.of(
                SETTINGS,
                settings(SECRET, List.of(), null, SECRET, List.of()),
                settings(SECRET, List.of(NEXT_SECRET), issuersKey, SERVICE_SECRET, List.of(SECRET)),
                settings(null, List.of(), issuersKey, SERVICE_SECRET, List.of()))) {
            String ofAService = new ServiceTokens(settings, clock).issue("7", "log:read");

            assertThatExceptionOfType(InvalidTokenException.class)
                    .isThrownBy(() -> new TokenVerifier(settings, clock).verify(ofAService));
        }
    }

    @Test
    void withTheServicesKeyButOfAnotherKindAreRefused() {
        var key = tokens.derivedKeys("service token").get(0);

        String withUserId = everything().signWith(key).compact();
        String withoutType = everything()
                .header()
                .type("JWT")
                .and()
                .claim("user_id", null)
                .signWith(key)
                .compact();

        assertThat(reasonFor(tokens, withUserId, "log:read")).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(tokens, withoutType, "log:read")).isEqualTo(Reason.INVALID);
    }

    @Test
    void areAcceptedInBothDirectionsWhileTheSecretIsBeingReplaced() {
        ServiceTokens accepting =
                new ServiceTokens(settings(SECRET, List.of(NEXT_SECRET), null, null, List.of()), clock);
        ServiceTokens replaced =
                new ServiceTokens(settings(NEXT_SECRET, List.of(SECRET), null, null, List.of()), clock);
        ServiceTokens done = new ServiceTokens(TokenSettings.ofSecret(NEXT_SECRET.value()), clock);

        assertAccepted(tokens, accepting);
        assertAccepted(accepting, tokens);
        assertAccepted(accepting, replaced);
        assertAccepted(replaced, accepting);
        assertAccepted(replaced, done);
        assertAccepted(done, replaced);
        assertThat(reasonFor(tokens, done.issue("im-server", "log:read"), "log:read"))
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void areAcceptedWhileAServiceSecretIsIntroduced() {
        ServiceTokens introducing =
                new ServiceTokens(settings(SECRET, List.of(), null, SERVICE_SECRET, List.of(SECRET)), clock);

        assertAccepted(tokens, introducing);
    }

    @Test
    void expireWithinMinutes() {
        String old =
                new ServiceTokens(SETTINGS, Clock.offset(clock, Duration.ofMinutes(-3))).issue("im-server", "log:read");

        assertThat(reasonFor(tokens, old, "log:read")).isEqualTo(Reason.EXPIRED);
        assertThat(reasonFor(tokens, null, "log:read")).isEqualTo(Reason.MISSING);
    }

    private static JwtBuilder everything() {
        return Jwts.builder()
                .header()
                .type("service+jwt")
                .and()
                .subject("service:im-server")
                .claim("user_id", 7)
                .claim("scope", "log:read")
                .expiration(Date.from(Instant.now().plusSeconds(60)));
    }

    private static void assertAccepted(ServiceTokens issuing, ServiceTokens verifying) {
        assertThatCode(() -> verifying.verify(issuing.issue("im-server", "log:read"), "log:read"))
                .doesNotThrowAnyException();
    }

    private static Reason reasonFor(ServiceTokens tokens, @Nullable String token, String scope) {
        return catchThrowableOfType(InvalidTokenException.class, () -> tokens.verify(token, scope))
                .reason();
    }

    private static TokenSettings settings(
            @Nullable Secret secret,
            List<Secret> earlier,
            @Nullable Path publicKey,
            @Nullable Secret serviceSecret,
            List<Secret> earlierServiceSecrets) {
        return new TokenSettings(
                secret,
                null,
                earlier,
                publicKey,
                null,
                Duration.ofMinutes(5),
                null,
                null,
                Duration.ZERO,
                serviceSecret,
                earlierServiceSecrets);
    }

    private static Path pem(Path folder, KeyPair pair) throws IOException {
        return Files.writeString(
                folder.resolve("issuer.pem"),
                "-----BEGIN PUBLIC KEY-----\n" + base64(pair) + "\n-----END PUBLIC KEY-----\n");
    }

    private static String base64(KeyPair pair) {
        return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }
}
