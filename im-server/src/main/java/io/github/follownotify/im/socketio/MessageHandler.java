package io.github.follownotify.im.socketio;

/** What a session's messages mean: Socket.IO in the server, a bare echo in the Engine.IO conformance tests. */
interface MessageHandler {

    void opened();

    /**
     * @param content of a text message without Engine.IO's type, or of a binary message
     * @throws ProtocolException when the session has to end
     */
    void message(byte[] content, boolean binary) throws ProtocolException;

    void closed();
}
