package io.github.follownotify.im.engineio;

/** Creates the message handler of each session. */
@FunctionalInterface
public interface MessageHandlers {

    /** @param handshake not to be kept for longer than needed */
    MessageHandler handlerOf(Session session, Handshake handshake);
}
