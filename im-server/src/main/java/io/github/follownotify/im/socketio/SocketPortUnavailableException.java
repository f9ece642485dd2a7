package io.github.follownotify.im.socketio;

import java.io.Serial;

/** The Socket.IO port can't be listened on. */
final class SocketPortUnavailableException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    SocketPortUnavailableException(int port, Throwable cause) {
        super(
                "Socket.IO cannot listen on port %d (%s): stop what listens there, or set IM_SOCKET_PORT to another port."
                        .formatted(port, cause.getMessage()),
                cause);
    }
}
