package io.github.follownotify.im.bridge;

/** Where messages come from. */
interface Source {

    /** As it is called in logs and metrics. */
    String name();

    /**
     * Connects, listens, and returns when the connection is gone.
     *
     * @param connected to be told once messages come
     * @throws Exception whatever the client library says when it cannot connect
     */
    void listen(Runnable connected) throws Exception;
}
