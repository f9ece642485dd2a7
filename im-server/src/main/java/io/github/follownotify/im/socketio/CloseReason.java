package io.github.follownotify.im.socketio;

/** Why a session ended. */
enum CloseReason {
    /** The client said so. */
    CLIENT,
    /** The client's connection went away. */
    GONE,
    PING_TIMEOUT,
    PROTOCOL_ERROR,
    /** No CONNECT was accepted in time. */
    CONNECT_TIMEOUT,
    /** CONNECT was refused. */
    REFUSED,
    /** What the client missed cannot be read right now. */
    LOG_UNAVAILABLE,
    /** The server ended the client's sockets and told it why. */
    DISCONNECTED,
    /** More waited for the client than may wait. */
    SLOW_CLIENT,
    /** The client sent more than it may. */
    FLOOD,
    SHUTDOWN;

    /** Whether there is no use in trying to tell the client. */
    boolean isAbrupt() {
        return this == SLOW_CLIENT || this == FLOOD;
    }
}
