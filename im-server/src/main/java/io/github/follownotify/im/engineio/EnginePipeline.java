package io.github.follownotify.im.engineio;

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

/** Builds a connection's pipeline, unless the connection exceeds the limits. */
@Sharable
final class EnginePipeline extends ChannelInitializer<Channel> {

    private static final byte[] TOO_MANY_CONNECTIONS =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final EngineSettings settings;
    private final ConnectionMetrics metrics;
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final RequestRules rules;
    private final Consumer<Channel> accepted;

    EnginePipeline(
            EngineSettings settings,
            ConnectionMetrics metrics,
            Sessions sessions,
            ConnectionLimits limits,
            Consumer<Channel> accepted) {
        this.settings = settings;
        this.metrics = metrics;
        this.sessions = sessions;
        this.limits = limits;
        this.rules = new RequestRules(settings, sessions::isShuttingDown);
        this.accepted = accepted;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (!limits.admit(channel)) {
            metrics.refused(Refusal.CONNECTIONS.tag());
            channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY_CONNECTIONS))
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        accepted.accept(channel);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new HttpRequestDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength((int) settings.maxUrl().toBytes())
                .setMaxHeaderSize((int) settings.maxHeaders().toBytes())));
        // Before the aggregator, which answers a body that is too large by itself.
        pipeline.addLast(new HttpResponseEncoder());
        int maxPayload = (int) settings.maxPayload().toBytes();
        pipeline.addLast(BodyParts.COPIED);
        pipeline.addLast(new HttpObjectAggregator(maxPayload, true));
        pipeline.addLast(new HttpRequestHandler(
                sessions,
                rules,
                limits,
                metrics,
                settings.requestTimeout(),
                new WebSocketOpener(sessions, maxPayload)));
    }
}
