package io.github.follownotify.im.bridge;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a program of python-socketio wants done. */
sealed interface BridgeMessage {

    /**
     * @param users whose devices get the event; null for everybody
     * @param except ids of sockets that do not
     */
    record Emit(
            String event,
            EventArguments arguments,
            @Nullable Set<Long> users,
            Set<String> except) implements BridgeMessage {}

    /** @param socket the socket's id, as its client knows it */
    record Disconnect(String socket) implements BridgeMessage {}

    record CloseRoom(Set<Long> users) implements BridgeMessage {}
}
