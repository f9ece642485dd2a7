package io.github.follownotify.follow.pythonsocketio;

import java.util.List;
import java.util.function.BooleanSupplier;

/** Where python-socketio's servers listen. Used by one thread. */
interface Destination {

    /** As it is called in the table, in logs and in metrics. */
    String name();

    /**
     * Publishes messages in order, after connecting if need be, and waits for the answers.
     *
     * @param mayGoOn asked before each message; the rest is left out as soon as it says no
     * @return how many of them, from the first on without a hole, at least one server will get
     * @throws Exception whatever the client library says when the link fails; any of the messages may have arrived
     */
    int publish(List<EmitMessage> messages, BooleanSupplier mayGoOn) throws Exception;

    /** Ends the connection; the next message opens another one. */
    void disconnect();
}
