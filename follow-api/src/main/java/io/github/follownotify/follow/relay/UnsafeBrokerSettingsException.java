package io.github.follownotify.follow.relay;

import java.io.Serial;

/** Settings with which the relay could not keep its promise. */
final class UnsafeBrokerSettingsException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String action;

    UnsafeBrokerSettingsException(String reason, String action) {
        super(reason);
        this.action = action;
    }

    String action() {
        return action;
    }
}
