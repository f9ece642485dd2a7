package io.github.follownotify.im.engineio;

import java.io.Serial;

/** A client broke the protocol. The message never quotes what it sent, since that may hold a token. */
public final class ProtocolException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
