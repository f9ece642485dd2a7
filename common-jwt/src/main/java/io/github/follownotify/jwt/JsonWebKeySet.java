package io.github.follownotify.jwt;

import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's key set (RFC 7517, section 5), read in the background so that no verification ever waits for the network.
 * By hand, because libraries fetch it on the thread that verifies, which is an event loop here.
 *
 * <p>An unknown key id triggers one early read, at most every {@link #PAUSE_AFTER_A_READ}: a flood of
 * made-up key ids must not become a flood of requests to the issuer. A failed read keeps the keys of the last good one.
 */
class JsonWebKeySet implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JsonWebKeySet.class);

    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_A_READ = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_A_FAILURE = Duration.ofSeconds(2);

    private final URI address;
    private final Duration refresh;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(READ_TIMEOUT).build();
    private final Semaphore readAhead = new Semaphore(0);
    private final Thread reader;
    private volatile @Nullable Map<String, PublicKey> keys;
    private volatile long version;
    private volatile long lastReadAt;

    JsonWebKeySet(URI address, Duration refresh) {
        this.address = address;
        this.refresh = refresh;
        this.reader = new Thread(this::readUntilClosed, "jwks-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @return the key, or null when the set has been read and does not hold it
     * @throws InvalidTokenException when the set has not been read yet, or the key is new and a read was asked for
     */
    @Nullable
    PublicKey find(String keyId) {
        Map<String, PublicKey> known = keys;
        PublicKey key = known == null ? null : known.get(keyId);
        if (key == null && (known == null || askToReadAhead())) {
            throw new InvalidTokenException(
                    InvalidTokenException.Reason.UNVERIFIABLE, "the issuer's key set is being read, try again");
        }
        return key;
    }

    /** Changes whenever the set changes: what an earlier key verified must be verified again. */
    long version() {
        return version;
    }

    @Override
    public void close() {
        reader.interrupt();
    }

    private boolean askToReadAhead() {
        boolean longEnoughAgo = System.nanoTime() - lastReadAt > PAUSE_AFTER_A_READ.toNanos();
        if (longEnoughAgo && readAhead.availablePermits() == 0) {
            readAhead.release();
        }
        return longEnoughAgo;
    }

    private void readUntilClosed() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Map<String, PublicKey> read = read();
                // Before the keys: whoever finds them must not ask to read them once more.
                lastReadAt = System.nanoTime();
                if (read != null) {
                    replaceKeys(read);
                }
                Duration pause = read == null ? PAUSE_AFTER_A_FAILURE : refresh;
                readAhead.drainPermits();
                boolean askedFor = readAhead.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                log.trace("event=key_set_read_due asked_for={}", askedFor);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return null when they could not be read */
    private @Nullable Map<String, PublicKey> read() throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(address).timeout(READ_TIMEOUT).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            Map<String, PublicKey> read = new HashMap<>();
            for (Jwk<?> jwk : Jwks.setParser().build().parse(response.body())) {
                Key key = jwk.toKey();
                if (jwk.getId() != null && key instanceof PublicKey publicKey) {
                    read.put(jwk.getId(), publicKey);
                }
            }
            log.debug("event=key_set_read uri={} keys={}", address, read.size());
            return Map.copyOf(read);
        } catch (IOException | RuntimeException unreadable) {
            log.warn("event=key_set_unreadable uri={} cause=\"{}\"", address, unreadable.toString());
            return null;
        }
    }

    /** The keys first: nothing that was verified with the old ones may be remembered under the new version. */
    private void replaceKeys(Map<String, PublicKey> read) {
        boolean changed = !read.equals(keys);
        keys = read;
        if (changed) {
            long next = version + 1;
            version = next;
        }
    }
}
