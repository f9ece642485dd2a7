package io.github.follownotify.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Socket.IO connection: the WebSocket handshake, CONNECT with a token, heartbeats. It reads frames where they lie
 * and makes no objects for them: the generator shares the processors with what it measures. Belongs to the loop.
 */
final class SocketClient {

    private static final byte[] PONG = {'3'};
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int FINAL = 0x80;

    private final Sockets sockets;
    private final int index;
    private final URI node;
    private final String localAddress;
    private final String token;

    private @Nullable Channel channel;
    private @Nullable Frames current;
    private long started;
    private boolean connecting;
    private boolean open;

    SocketClient(Sockets sockets, int index, URI node, String localAddress, String token) {
        this.sockets = sockets;
        this.index = index;
        this.node = node;
        this.localAddress = localAddress;
        this.token = token;
    }

    void connect() {
        started = System.nanoTime();
        connecting = true;
        Frames frames = new Frames();
        current = frames;
        sockets.loop()
                .bootstrap()
                .handler(frames)
                .connect(new InetSocketAddress(node.getHost(), node.getPort()), new InetSocketAddress(localAddress, 0))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        gone();
                    }
                });
    }

    boolean isOpen() {
        return open;
    }

    void close() {
        open = false;
        current = null;
        Channel closing = channel;
        channel = null;
        if (closing != null) {
            var unused = closing.close();
        }
    }

    private void packet(ByteBuf packet) {
        switch (packet.getByte(packet.readerIndex())) {
            case '0' -> send(("40{\"token\":\"" + token + "\",\"recover\":true}").getBytes(UTF_8));
            case '2' -> send(PONG);
            case '4' -> message(packet);
            default -> {
                // noop and upgrade packets say nothing to us
            }
        }
    }

    private void message(ByteBuf packet) {
        switch (packet.getByte(packet.readerIndex() + 1)) {
            case '0' -> {
                connecting = false;
                open = true;
                sockets.accepted(System.nanoTime() - started);
            }
            case '2' -> sockets.event(index, packet);
            case '4', '1' -> gone();
            default -> {
                // acknowledgements: we never ask for one
            }
        }
    }

    /** Refused, failed, or ended by the other side. */
    private void gone() {
        if (connecting) {
            connecting = false;
            sockets.refused();
        } else if (open) {
            sockets.lostOne();
        }
        close();
    }

    /** A client has to mask what it sends; the key may be anything, and zero leaves the text as it is. */
    private void send(byte[] text) {
        Channel to = channel;
        if (to == null) {
            return;
        }
        ByteBuf frame = to.alloc().buffer(text.length + 8);
        frame.writeByte(FINAL | TEXT);
        if (text.length < 126) {
            frame.writeByte(FINAL | text.length);
        } else {
            frame.writeByte(FINAL | 126).writeShort(text.length);
        }
        frame.writeInt(0).writeBytes(text);
        var unused = to.writeAndFlush(frame);
    }

    private final class Frames extends ByteToMessageDecoder {

        private boolean upgraded;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (current != this) {
                var unused = context.close();
                return;
            }
            channel = context.channel();
            String request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + node.getHost() + ":"
                    + node.getPort() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
            request(context, request);
        }

        private static void request(ChannelHandlerContext context, String request) {
            var unused = context.writeAndFlush(Unpooled.wrappedBuffer(request.getBytes(US_ASCII)));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> unused) {
            if (!upgraded && !readResponse(in)) {
                return;
            }
            while (readFrame(in)) {
                // one after the other
            }
        }

        /** @return whether all of it is there */
        private boolean readResponse(ByteBuf in) {
            int end = endOfHeaders(in);
            if (end < 0) {
                return false;
            }
            String status = in.toString(in.readerIndex(), Math.min(12, end - in.readerIndex()), US_ASCII);
            in.readerIndex(end);
            if (status.equals("HTTP/1.1 101")) {
                upgraded = true;
            } else {
                in.skipBytes(in.readableBytes());
                gone();
            }
            return upgraded;
        }

        private static int endOfHeaders(ByteBuf in) {
            for (int i = in.readerIndex(); i + 3 < in.writerIndex(); i++) {
                if (in.getInt(i) == 0x0D0A0D0A) {
                    return i + 4;
                }
            }
            return -1;
        }

        private boolean readFrame(ByteBuf in) {
            int available = in.readableBytes();
            if (available < 2) {
                return false;
            }
            int at = in.readerIndex();
            int first = in.getUnsignedByte(at);
            long length = in.getUnsignedByte(at + 1);
            int header = 2;
            if (length == 126) {
                header = 4;
            } else if (length == 127) {
                header = 10;
            }
            if (available < header) {
                return false;
            }
            if (length == 126) {
                length = in.getUnsignedShort(at + 2);
            } else if (length == 127) {
                length = in.getLong(at + 2);
            }
            if (available < header + length) {
                return false;
            }
            frame(first, in, at + header, (int) length);
            in.readerIndex(at + header + (int) length);
            return true;
        }

        private void frame(int first, ByteBuf in, int start, int length) {
            int end = in.writerIndex();
            switch (first) {
                case FINAL | TEXT -> {
                    in.setIndex(start, start + length);
                    if (length > 1 || (length == 1 && in.getByte(start) == '2')) {
                        packet(in);
                    }
                    in.setIndex(start, end);
                }
                case FINAL | PING, FINAL | CLOSE -> gone();
                default -> throw new IllegalStateException("a frame of a kind that no server sends here: " + first);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (current == this) {
                gone();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }
}
