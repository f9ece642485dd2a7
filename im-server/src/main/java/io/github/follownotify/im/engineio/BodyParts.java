package io.github.follownotify.im.engineio;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Copies the parts of a body that more parts follow.
 *
 * <p>Netty cuts them out of what was read at once, up to 64 KB, and keeps all of that for as long as the body is not complete.
 * A client that sends one byte in each chunk, behind a long chunk extension, would make us keep megabytes for a few hundred
 * bytes.
 */
@Sharable
final class BodyParts extends ChannelInboundHandlerAdapter {

    static final BodyParts COPIED = new BodyParts();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent part && !(part instanceof LastHttpContent)) {
            HttpContent copy = part.replace(Unpooled.copiedBuffer(part.content()));
            part.release();
            context.fireChannelRead(copy);
        } else {
            context.fireChannelRead(message);
        }
    }
}
