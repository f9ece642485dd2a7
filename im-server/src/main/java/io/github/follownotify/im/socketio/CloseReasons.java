package io.github.follownotify.im.socketio;

import io.github.follownotify.im.engineio.CloseReason;
import io.github.follownotify.im.engineio.CloseReason.Ending;

/** Why Socket.IO ends a session. */
public final class CloseReasons {

    /** No CONNECT was accepted in time. */
    static final CloseReason CONNECT_TIMEOUT = new CloseReason("connect_timeout", 1008, Ending.AT_ONCE);
    /** CONNECT was refused. */
    static final CloseReason REFUSED = new CloseReason("refused", 1008, Ending.WITH_NEXT_POLL);
    /** The server ended the connection. */
    public static final CloseReason DISCONNECTED = new CloseReason("disconnected", 1008, Ending.WITH_NEXT_POLL);

    private CloseReasons() {}
}
