package io.github.follownotify.im.engineio;

import java.io.Serial;

/** A client broke the protocol. The message never quotes what it sent, since that may hold a token. */
public final class ProtocolException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient CloseReason reason;

    public ProtocolException(String message) {
        this(message, CloseReason.PROTOCOL_ERROR);
    }

    ProtocolException(String message, CloseReason reason) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why the session has to end. */
    CloseReason reason() {
        return reason;
    }
}
