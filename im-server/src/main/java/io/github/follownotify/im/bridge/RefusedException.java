package io.github.follownotify.im.bridge;

/** A message that is not taken. Expected, and as often as an attacker likes: so it has no stack trace. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    RefusedException(Reason reason) {
        super(reason.tag(), null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
