package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.ack.AckManager;
import io.github.follownotify.im.engineio.ConnectionMetrics;
import java.time.Duration;

/**
 * What all Socket.IO sessions share.
 *
 * @param maxPayload size of all attachments of a packet together
 */
record SocketIo(
        NettyServer server,
        Admission admission,
        AckManager acks,
        ConnectionMetrics metrics,
        Duration connectTimeout,
        long maxPayload) {}
