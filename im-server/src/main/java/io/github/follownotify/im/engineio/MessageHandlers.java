package io.github.follownotify.im.engineio;

/** Makes what the messages of each session go to. */
@FunctionalInterface
public interface MessageHandlers {

    /** @param handshake not to be kept for longer than needed */
    MessageHandler handlerOf(Session session, Handshake handshake);
}
