package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Writes packets as websocket frames: a burst goes out as one buffer, and only while the channel is writable. */
final class WebSocketTransport implements Transport {

    private static final int BURST_BYTES = 32 * 1024;
    private static final int MAXIMUM_FRAME_HEADER = 10;
    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;
    private static final Duration CLOSE_HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);

    private final Channel channel;
    private final boolean closeFrames;

    /** @param closeFrames whether the client notices a close frame */
    WebSocketTransport(Channel channel, boolean closeFrames) {
        this.channel = channel;
        this.closeFrames = closeFrames;
    }

    @Override
    public void flush(SendQueue queue) {
        boolean written = false;
        EnginePacket packet;
        while (channel.isWritable() && (packet = queue.peek()) != null) {
            ChannelFuture unused = channel.write(burst(queue, packet), channel.voidPromise());
            written = true;
        }
        if (written) {
            channel.flush();
        }
    }

    void send(EnginePacket packet) {
        ByteBuf frame = channel.alloc().ioBuffer(packet.bytes().length + MAXIMUM_FRAME_HEADER);
        writeFrame(frame, packet);
        ChannelFuture unused = channel.writeAndFlush(frame, channel.voidPromise());
    }

    @Override
    public void end(SendQueue queue, CloseReason reason, Runnable ended) {
        if (reason.ending() != CloseReason.Ending.ABRUPT) {
            flush(queue);
        }
        close(reason);
        ended.run();
    }

    void close(CloseReason reason) {
        if (!channel.isOpen()) {
            // The client has closed it. It isn't writable either, and a closed socket takes no options any more.
            return;
        }
        if (reason.ending() == CloseReason.Ending.ABRUPT || !channel.isWritable()) {
            // What the kernel still buffers for a client that doesn't read would outlive the session by minutes.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            closeChannel();
            return;
        }
        Object last =
                closeFrames ? new CloseWebSocketFrame(reason.webSocketStatus(), reason.tag()) : Unpooled.EMPTY_BUFFER;
        channel.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        ScheduledFuture<?> unread = channel.eventLoop()
                .schedule(this::closeChannel, CLOSE_HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> unread.cancel(false));
    }

    private void closeChannel() {
        ChannelFuture unused = channel.close();
    }

    private ByteBuf burst(SendQueue queue, EnginePacket first) {
        ByteBuf burst = channel.alloc().ioBuffer(first.bytes().length + MAXIMUM_FRAME_HEADER);
        @Nullable EnginePacket packet = first;
        do {
            writeFrame(burst, packet);
            queue.remove();
            packet = queue.peek();
        } while (packet != null && burst.readableBytes() + packet.bytes().length < BURST_BYTES);
        return burst;
    }

    /** RFC 6455, section 5.2. The frames of a server are not masked, so the bytes go out as they are. */
    private static void writeFrame(ByteBuf target, EnginePacket packet) {
        int length = packet.bytes().length;
        target.writeByte(packet.binary() ? FINAL_BINARY : FINAL_TEXT);
        if (length < 126) {
            target.writeByte(length);
        } else if (length <= 0xFFFF) {
            target.writeByte(126).writeShort(length);
        } else {
            target.writeByte(127).writeLong(length);
        }
        target.writeBytes(packet.bytes());
    }
}
