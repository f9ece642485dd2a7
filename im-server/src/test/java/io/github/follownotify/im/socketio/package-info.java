/** Tests of the Socket.IO layer, mostly through real sockets and real clients. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.socketio;
