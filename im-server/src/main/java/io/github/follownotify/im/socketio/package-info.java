/** Socket.IO for the clients: the Netty layer. */
@org.jspecify.annotations.NullMarked
package io.github.follownotify.im.socketio;
