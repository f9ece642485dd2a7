package io.github.follownotify.system.harness;

import tools.jackson.databind.JsonNode;

/** A device that asks for recovery and comes back with what it knows after every break. */
interface ListeningDevice extends AutoCloseable {

    void connect();

    boolean isAccepted();

    @Override
    void close();

    /** What a device tells about itself. Never called twice at once by one device. */
    interface Listener {

        /** @param offset number in the event's offset, or 0 when it had none */
        void notified(JsonNode data, long offset);

        /** @param recovered whether it goes on where it stopped */
        void connected(boolean recovered);

        void toldToResync(String reason);

        /** The server will not have it, so that a stock client stops for good. */
        void refused(String reason);
    }

    /** An offset is the seq, a dot and the beginning of the event's id. */
    static long seqOf(String offset) {
        return Long.parseLong(offset.split("\\.", 2)[0]);
    }
}
