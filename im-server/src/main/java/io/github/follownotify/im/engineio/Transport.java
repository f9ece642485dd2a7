package io.github.follownotify.im.engineio;

/** What carries a session's packets. Belongs to the session's event loop. */
interface Transport {

    /** Writes what is queued for as long as the client takes it, with one flush. */
    void flush(SendQueue queue);

    /**
     * Ends the transport after sending what is still queued, without waiting long.
     *
     * @param ended called once, when the client can't reach the session through this transport any more
     */
    void end(SendQueue queue, CloseReason reason, Runnable ended);
}
