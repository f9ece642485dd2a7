package io.github.follownotify.im.socketio;

/** What carries a session's packets: polling or a websocket. Belongs to the session's event loop. */
interface Wire {

    String name();

    /** Writes what waits for as long as the client takes it, with one flush. */
    void flush(Outbox outbox);

    /**
     * Ends the wire after what still waits in the outbox, without waiting long.
     *
     * @param ended called once, when the client can't reach the session through this wire any more
     */
    void end(Outbox outbox, CloseReason reason, Runnable ended);
}
