package io.github.follownotify.im.socketio;

import com.corundumstudio.socketio.SocketIOChannelInitializer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Puts our handlers where netty-socketio would put its own, under the same names. */
@Sharable
final class SocketPipeline extends ChannelInitializer<Channel> {

    private static final byte[] TOO_MANY_CONNECTIONS =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final Engine engine;
    private final RequestRules rules;
    private final ConnectionLimits limits;
    private final Consumer<Channel> accepted;

    SocketPipeline(Engine engine, ConnectionLimits limits, Consumer<Channel> accepted) {
        this.engine = engine;
        this.rules = new RequestRules(engine);
        this.limits = limits;
        this.accepted = accepted;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (!limits.admit(channel)) {
            engine.metrics().refused("connections");
            channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY_CONNECTIONS))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        accepted.accept(channel);
        ChannelPipeline pipeline = channel.pipeline();
        SocketSettings settings = engine.settings();
        pipeline.addLast(
                SocketIOChannelInitializer.HTTP_REQUEST_DECODER,
                new HttpRequestDecoder(new HttpDecoderConfig()
                        .setMaxInitialLineLength((int) settings.maxUrl().toBytes())
                        .setMaxHeaderSize((int) settings.maxHeaders().toBytes())));
        // Before the aggregator, which answers a body that is too large by itself.
        pipeline.addLast(SocketIOChannelInitializer.HTTP_ENCODER, new HttpResponseEncoder());
        pipeline.addLast(
                SocketIOChannelInitializer.HTTP_AGGREGATOR,
                new HttpObjectAggregator((int) settings.maxPayload().toBytes(), true));
        pipeline.addLast(SocketIOChannelInitializer.AUTHORIZE_HANDLER, new HttpRequestHandler(engine, rules, limits));
    }
}
