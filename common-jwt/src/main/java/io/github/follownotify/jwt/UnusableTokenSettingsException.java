package io.github.follownotify.jwt;

import java.io.Serial;

/** Settings with which no token could be verified. The message says what to set. */
public final class UnusableTokenSettingsException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    UnusableTokenSettingsException(String message) {
        super(message);
    }
}
