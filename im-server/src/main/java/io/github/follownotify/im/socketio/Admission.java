package io.github.follownotify.im.socketio;

/** Decides who may connect: by token in the server, everybody in the conformance tests. */
public interface Admission {

    void decide(ConnectRequest request);
}
