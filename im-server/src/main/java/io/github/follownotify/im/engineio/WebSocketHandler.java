package io.github.follownotify.im.engineio;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Hands a websocket's frames to its session, and answers the ones that are only websocket's own. */
final class WebSocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

    private final Session session;
    private final WebSocketTransport transport;

    WebSocketHandler(Session session, WebSocketTransport transport) {
        this.session = session;
        this.transport = transport;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (session.isClosed()) {
            return;
        }
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            byte[] content = ByteBufUtil.getBytes(frame.content());
            boolean binary = frame instanceof BinaryWebSocketFrame;
            session.run(() -> session.transports().frame(transport, content, binary));
        } else if (frame instanceof PingWebSocketFrame) {
            // RFC 6455 lets us leave out pongs of a client that does not read them.
            if (context.channel().isWritable()) {
                ChannelFuture unused = context.writeAndFlush(
                        new PongWebSocketFrame(frame.content().retain()));
            }
        } else if (frame instanceof CloseWebSocketFrame) {
            context.writeAndFlush(frame.retain()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            session.run(session::flush);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.run(() -> session.transports().disconnected(transport));
        context.fireChannelInactive();
    }

    /** A reset, or frames that break RFC 6455: the client's business, so nothing is logged. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException && !(cause instanceof CorruptedWebSocketFrameException)) {
            // Of several frames. What is wrong with a single one, Netty has answered by itself.
            session.run(() -> session.close(CloseReason.TOO_LARGE));
            return;
        }
        ChannelFuture unused = context.close();
    }
}
