package io.github.follownotify.im.engineio;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/** Counts each frame before anything is done with it, also those that are only a part of a message. */
final class FrameLimit extends ChannelInboundHandlerAdapter {

    private final Session session;

    FrameLimit(Session session) {
        this.session = session;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame && !session.transports().mayReceive()) {
            ReferenceCountUtil.release(message);
            session.close(CloseReason.FLOOD);
        } else {
            context.fireChannelRead(message);
        }
    }
}
