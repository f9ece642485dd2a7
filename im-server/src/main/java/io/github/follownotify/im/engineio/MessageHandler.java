package io.github.follownotify.im.engineio;

/** Handles a session's messages. All calls are on the session's event loop. */
public interface MessageHandler {

    void opened();

    /**
     * @param content of a text message without Engine.IO's type, or of a binary message
     * @throws ProtocolException when the session has to end
     */
    void message(byte[] content, boolean binary) throws ProtocolException;

    /** Called once, also for a session that was never opened. */
    void closed();
}
