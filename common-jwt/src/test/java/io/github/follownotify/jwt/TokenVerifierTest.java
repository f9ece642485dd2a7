package io.github.follownotify.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.follownotify.jwt.InvalidTokenException.Reason;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {

    private static final String SECRET = "a secret that is at least 32 bytes long";
    private static final String OTHER_SECRET = "another secret with more than 32 bytes in it";
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final TokenVerifier verifier = new TokenVerifier(TokenSettings.ofSecret(SECRET), CLOCK);

    @Test
    void readsWhatTheIssuerWrote() {
        String token = new TokenIssuer(TokenSettings.ofSecret(SECRET), CLOCK)
                .issue(42, "Alice", "https://example.org/a.png", Duration.ofHours(1));

        assertThat(verifier.verify(token))
                .isEqualTo(new VerifiedUser(42, "Alice", "https://example.org/a.png", NOW.plus(Duration.ofHours(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "9223372036854775807"})
    void takesTheUserIdAsDigitsToo(String digits) {
        assertThat(verifier.verify(signed(valid().claim("user_id", digits))).id())
                .isEqualTo(Long.parseLong(digits));
        assertThat(verifier.verify(signed(valid().subject(digits))).id()).isEqualTo(Long.parseLong(digits));
    }

    @Test
    void takesTheStandardDisplayClaimsWhenOursAreAbsent() {
        VerifiedUser user = verifier.verify(
                signed(valid().subject("7").claim("name", "Bob").claim("picture", "https://example.org/b.png")));

        assertThat(user.name()).isEqualTo("Bob");
        assertThat(user.photo()).isEqualTo("https://example.org/b.png");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "1.5", "abc", "9223372036854775808", "٣", "service:im-server"})
    void refusesAUserIdThatIsNoPositiveInteger(String userId) {
        assertThat(reasonFor(signed(valid().claim("user_id", userId).subject("7"))))
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesJsonValuesThatAreNoUserIds() {
        assertThat(reasonFor(signed(valid().claim("user_id", 0)))).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(signed(valid().claim("user_id", -5)))).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(signed(valid().claim("user_id", 4.2)))).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(signed(valid().claim("user_id", true)))).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(signed(valid()))).isEqualTo(Reason.INVALID);
    }

    @Test
    void tellsMissingExpiredAndInvalidApart() {
        String expired = signed(valid().subject("7").expiration(Date.from(NOW.minusSeconds(1))));

        assertThat(reasonFor(null)).isEqualTo(Reason.MISSING);
        assertThat(reasonFor(" ")).isEqualTo(Reason.MISSING);
        assertThat(reasonFor(expired)).isEqualTo(Reason.EXPIRED);
        assertThat(reasonFor("not a token")).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesATokenWithoutExpiry() {
        assertThat(reasonFor(signed(Jwts.builder().subject("7")))).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesATokenThatIsNotSigned() {
        String unsigned = valid().subject("7").compact();
        assertThat(unsigned).endsWith(".");

        assertThat(reasonFor(unsigned)).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(unsigned + "c2lnbmF0dXJl")).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesAnotherSecretAndAlteredClaims() {
        String ofAnotherSecret =
                new TokenIssuer(TokenSettings.ofSecret(OTHER_SECRET), CLOCK).issue(7, Duration.ofHours(1));
        String[] parts = signed(valid().subject("7")).split("\\.");
        String claimsOfAnotherUser = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"sub\":\"8\",\"exp\":4102444800}".getBytes(StandardCharsets.UTF_8));

        assertThat(reasonFor(ofAnotherSecret)).isEqualTo(Reason.INVALID);
        assertThat(reasonFor(parts[0] + "." + claimsOfAnotherUser + "." + parts[2]))
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void acceptsOnlyHs256AmongTheHmacAlgorithms() {
        String longSecret = SECRET + SECRET;
        TokenVerifier longVerifier = new TokenVerifier(TokenSettings.ofSecret(longSecret), CLOCK);
        byte[] bytes = longSecret.getBytes(StandardCharsets.UTF_8);
        String hs512 = valid().subject("7")
                .signWith(new SecretKeySpec(bytes, "HmacSHA512"), Jwts.SIG.HS512)
                .compact();

        assertThat(reasonFor(longVerifier, hs512)).isEqualTo(Reason.INVALID);
    }

    @Test
    void neverUsesAPublicKeyAsASecret() throws Exception {
        Path pem = pem(keyPair("RSA", 2048));
        TokenVerifier publicKeyOnly = new TokenVerifier(settings(null, List.of(), pem), CLOCK);
        String confused = valid().subject("7")
                .signWith(new SecretKeySpec(Files.readAllBytes(pem), "HmacSHA256"), Jwts.SIG.HS256)
                .compact();

        assertThat(reasonFor(publicKeyOnly, confused)).isEqualTo(Reason.INVALID);
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048", "EC, 256", "Ed25519, 255"})
    void verifiesWithThePublicKeyOfAnIssuer(String algorithm, int size) throws Exception {
        KeyPair pair = keyPair(algorithm, size);
        TokenVerifier publicKeyOnly = new TokenVerifier(settings(null, List.of(), pem(pair)), CLOCK);

        String token = valid().subject("7").signWith(pair.getPrivate()).compact();
        String ofAnotherKey = valid().subject("7")
                .signWith(keyPair(algorithm, size).getPrivate())
                .compact();

        assertThat(publicKeyOnly.verify(token).id()).isEqualTo(7);
        assertThat(reasonFor(publicKeyOnly, ofAnotherKey)).isEqualTo(Reason.INVALID);
    }

    @Test
    void stillAcceptsEarlierSecretsAfterARotation() {
        String old = new TokenIssuer(TokenSettings.ofSecret(OTHER_SECRET), CLOCK).issue(7, Duration.ofHours(1));
        TokenVerifier rotated =
                new TokenVerifier(settings(new Secret(SECRET), List.of(new Secret(OTHER_SECRET)), null), CLOCK);

        assertThat(rotated.verify(old).id()).isEqualTo(7);
        assertThat(rotated.verify(signed(valid().subject("8"))).id()).isEqualTo(8);
        assertThat(reasonFor(old)).isEqualTo(Reason.INVALID);
    }

    @Test
    void checksIssuerAndAudienceWhenTheyAreSet() {
        TokenSettings strict = new TokenSettings(
                new Secret(SECRET),
                null,
                List.of(),
                null,
                null,
                Duration.ofMinutes(5),
                "https://id.example.org",
                "follow-notify",
                Duration.ZERO,
                null,
                List.of());
        TokenVerifier strictVerifier = new TokenVerifier(strict, CLOCK);
        String token = new TokenIssuer(strict, CLOCK).issue(7, Duration.ofHours(1));

        assertThat(strictVerifier.verify(token).id()).isEqualTo(7);
        assertThat(reasonFor(strictVerifier, signed(valid().subject("7")))).isEqualTo(Reason.INVALID);
    }

    @Test
    void refusesATokenThatIsTooLongWithoutReadingIt() {
        assertThat(reasonFor("x".repeat(TokenVerifier.MAXIMUM_TOKEN_LENGTH + 1)))
                .isEqualTo(Reason.INVALID);
    }

    @Test
    void keepsTheTokenOutOfItsMessages() {
        String token = signed(valid().claim("user_id", "secret-user"));

        InvalidTokenException refusal = catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token));

        assertThat(refusal.getMessage())
                .doesNotContain(token.substring(token.lastIndexOf('.')))
                .doesNotContain("secret-user");
    }

    @Test
    void refusesSettingsThatCanVerifyNothing() {
        assertThatExceptionOfType(UnusableTokenSettingsException.class)
                .isThrownBy(() -> new TokenVerifier(settings(null, List.of(), null), CLOCK))
                .withMessageContaining("set JWT_SECRET");
        assertThatExceptionOfType(UnusableTokenSettingsException.class)
                .isThrownBy(() -> new TokenVerifier(TokenSettings.ofSecret("short"), CLOCK))
                .withMessageContaining("JWT_SECRET has 5 bytes");
    }

    private Reason reasonFor(@Nullable String token) {
        return reasonFor(verifier, token);
    }

    private static Reason reasonFor(TokenVerifier verifier, @Nullable String token) {
        return catchThrowableOfType(InvalidTokenException.class, () -> verifier.verify(token))
                .reason();
    }

    private static JwtBuilder valid() {
        return Jwts.builder().expiration(Date.from(NOW.plusSeconds(60)));
    }

    private static String signed(JwtBuilder token) {
        return token.signWith(new Secret(SECRET).key(), Jwts.SIG.HS256).compact();
    }

    private static TokenSettings settings(@Nullable Secret secret, List<Secret> earlier, @Nullable Path publicKey) {
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
                new Secret(OTHER_SECRET),
                List.of());
    }

    private static KeyPair keyPair(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private Path pem(KeyPair pair) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded());
        String pem = "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
        return Files.writeString(folder.resolve("issuer.pem"), pem);
    }
}
