package io.github.follownotify.jwt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys that {@link TokenSettings} name, loaded and checked once. By hand: the JDK reads such keys in a few lines,
 * and jjwt reads none from files.
 *
 * @param secrets HMAC keys, the current one first; empty when only an issuer's public keys are trusted
 * @param publicKey the issuer's one public key
 * @param keySet the issuer's published key set
 * @param serviceSecrets secrets from which the services derive the keys of what they sign, the current one first; never
 *     used as keys themselves, so that nothing that was signed with them proves anything to a service
 */
record TokenKeys(
        List<SecretKey> secrets,
        @Nullable PublicKey publicKey,
        @Nullable JsonWebKeySet keySet,
        List<SecretKey> serviceSecrets)
        implements AutoCloseable {

    /** @throws UnusableTokenSettingsException when a key is missing, too short or unreadable */
    static TokenKeys of(TokenSettings settings) {
        List<SecretKey> secrets = new ArrayList<>();
        Secret current = currentSecret(settings);
        if (current != null) {
            secrets.add(checked("JWT_SECRET", current).key());
        }
        for (Secret earlier : settings.earlierSecrets()) {
            secrets.add(checked("JWT_EARLIER_SECRETS", earlier).key());
        }
        if (current == null && settings.publicKey() == null && settings.jwksUri() == null) {
            throw new UnusableTokenSettingsException(
                    "set JWT_SECRET (at least 32 bytes), or JWT_PUBLIC_KEY or JWT_JWKS_URI to verify another issuer's tokens.");
        }
        List<SecretKey> serviceSecrets = new ArrayList<>();
        if (settings.serviceSecret() != null) {
            serviceSecrets.add(
                    checked("JWT_SERVICE_SECRET", settings.serviceSecret()).key());
        } else {
            serviceSecrets.addAll(secrets);
        }
        if (settings.serviceSecret() == null && current == null) {
            throw new UnusableTokenSettingsException(
                    "set JWT_SERVICE_SECRET (at least 32 bytes, the same for follow-api and im-server): "
                            + "an issuer's public key cannot sign the tokens that the services show each other.");
        }
        for (Secret earlier : settings.earlierServiceSecrets()) {
            serviceSecrets.add(checked("JWT_EARLIER_SERVICE_SECRETS", earlier).key());
        }
        return new TokenKeys(
                List.copyOf(secrets),
                settings.publicKey() == null ? null : readPublicKey(settings.publicKey()),
                settings.jwksUri() == null ? null : new JsonWebKeySet(settings.jwksUri(), settings.jwksRefresh()),
                List.copyOf(serviceSecrets));
    }

    @Override
    public void close() {
        if (keySet != null) {
            keySet.close();
        }
    }

    @Override
    public String toString() {
        return "TokenKeys[REDACTED]";
    }

    private static @Nullable Secret currentSecret(TokenSettings settings) {
        if (settings.secret() != null && !settings.secret().value().isBlank()) {
            return settings.secret();
        }
        Path file = settings.secretFile();
        if (file == null) {
            return null;
        }
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new UnusableTokenSettingsException("JWT_SECRET_FILE cannot be read: " + file + ".");
        }
    }

    private static Secret checked(String variable, Secret secret) {
        if (secret.isTooShort()) {
            throw new UnusableTokenSettingsException("%s has %d bytes, HS256 needs at least %d (RFC 7518, section 3.2)."
                    .formatted(variable, secret.value().getBytes(StandardCharsets.UTF_8).length, Secret.MINIMUM_BYTES));
        }
        return secret;
    }

    private static PublicKey readPublicKey(Path pem) {
        byte[] encoded;
        try {
            String base64 = Files.readString(pem)
                    .replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "")
                    .replaceAll("\\s", "");
            encoded = Base64.getDecoder().decode(base64);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new UnusableTokenSettingsException(
                    "JWT_PUBLIC_KEY is no readable PEM file with a PUBLIC KEY: " + pem + ".");
        }
        return List.of("RSA", "EC", "Ed25519").stream()
                .map(algorithm -> publicKey(algorithm, encoded))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new UnusableTokenSettingsException(
                        "JWT_PUBLIC_KEY holds no RSA, EC or Ed25519 public key: " + pem + "."));
    }

    private static @Nullable PublicKey publicKey(String algorithm, byte[] encoded) {
        try {
            return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException keyOfAnotherKind) {
            return null;
        }
    }
}
