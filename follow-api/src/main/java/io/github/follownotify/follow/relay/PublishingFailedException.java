package io.github.follownotify.follow.relay;

import java.io.Serial;

/** The broker did not take over everything it was sent. */
final class PublishingFailedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final int confirmed;

    /**
     * @param reason tag of the metric that counts it
     * @param confirmed how many events of the batch the broker has confirmed without a gap
     */
    PublishingFailedException(String reason, int confirmed, Throwable cause) {
        super(cause.getMessage(), cause);
        this.reason = reason;
        this.confirmed = confirmed;
    }

    String reason() {
        return reason;
    }

    int confirmed() {
        return confirmed;
    }
}
