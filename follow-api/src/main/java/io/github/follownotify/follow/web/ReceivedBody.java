package io.github.follownotify.follow.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;

/** A request's body as received so far; what is beyond the limit is counted and discarded. */
final class ReceivedBody {

    private static final int READ_AT_ONCE = 4 * 1024;

    private final int limit;
    private byte[] bytes;
    private long received;
    private boolean late;

    /** @param expected announced length, or a guess */
    ReceivedBody(int expected, int limit) {
        this.limit = limit;
        this.bytes = new byte[Math.min(Math.max(expected, 1), limit)];
    }

    long received() {
        return received;
    }

    boolean isTooLarge() {
        return received > limit;
    }

    boolean isLate() {
        return late;
    }

    void markLate() {
        late = true;
    }

    /**
     * Reads once; blocks unless the input has something.
     *
     * @return whether more of the body is to come
     */
    boolean readFrom(ServletInputStream input) throws IOException {
        if (received < limit) {
            if (received == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, limit));
            }
            return count(input.read(bytes, (int) received, bytes.length - (int) received));
        }
        return count(input.read(new byte[READ_AT_ONCE]));
    }

    ServletInputStream stream() {
        return new Stream(new ByteArrayInputStream(bytes, 0, (int) received));
    }

    private boolean count(int read) {
        received += Math.max(read, 0);
        return read >= 0;
    }

    private static final class Stream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        Stream(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("the body has already been received");
        }
    }
}
