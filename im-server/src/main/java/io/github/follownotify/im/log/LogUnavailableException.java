package io.github.follownotify.im.log;

import java.io.Serial;

/** The log could not be read now. Nothing is lost: the read may be retried. */
public final class LogUnavailableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    public LogUnavailableException(String message) {
        super(message);
    }

    public LogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
