package io.github.follownotify.system;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Thousands of devices on one event loop: they send what the stock JavaScript client sends, recover as it does, and
 * wait between two attempts as long as it does. Their addresses are 127.0.0.1, 127.0.0.2 and so on, for the limit of
 * connections per address.
 */
final class Swarm implements AutoCloseable {

    private static final int DEVICES_PER_ADDRESS = 5000;
    private static final JsonMapper json = JsonMapper.builder().build();

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final URI node;
    private final List<Device> devices;

    Swarm(URI node, LongStream users) {
        this.node = node;
        this.devices = new ArrayList<>();
        users.forEach(user -> devices.add(new Device(user, devices.size())));
    }

    List<Device> devices() {
        return devices;
    }

    /** All at once. Whoever is refused comes again, as after every break from now on. */
    void connect() {
        devices.forEach(device -> loop.execute(device::connect));
    }

    /** Ends every connection without a word, and keeps every device from coming back until {@link #connect()}. */
    void cut() {
        devices.forEach(device -> loop.execute(device::cut));
    }

    long connected() {
        return devices.stream().filter(device -> device.accepted).count();
    }

    @Override
    public void close() {
        cut();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** One user's device. Its state belongs to the event loop, except for what tests look at. */
    final class Device {

        final long user;
        private final String address;
        private final String token;
        private final List<Long> followers = new ArrayList<>();

        private @Nullable Channel channel;
        private @Nullable String pid;
        private @Nullable String offset;
        private int attempts;
        private boolean wantsIn;
        private volatile boolean accepted;
        private volatile boolean recovered;
        private volatile boolean toldToResync;

        private Device(long user, int index) {
            this.user = user;
            this.address = "127.0.0." + (1 + index / DEVICES_PER_ADDRESS);
            this.token = Users.token(user);
        }

        /** Who was said to follow this device's user, in the order of arrival. */
        List<Long> followers() {
            synchronized (followers) {
                return List.copyOf(followers);
            }
        }

        int heard() {
            synchronized (followers) {
                return followers.size();
            }
        }

        /** Whether the last connection went on where the one before had ended. */
        boolean hasRecovered() {
            return recovered;
        }

        boolean wasToldToResync() {
            return toldToResync;
        }

        private void connect() {
            wantsIn = true;
            new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            opened.pipeline()
                                    .addLast(
                                            new HttpClientCodec(),
                                            new HttpObjectAggregator(8192),
                                            new WebSocketClientProtocolHandler(
                                                    node.resolve("/socket.io/?EIO=4&transport=websocket"),
                                                    WebSocketVersion.V13,
                                                    null,
                                                    false,
                                                    EmptyHttpHeaders.INSTANCE,
                                                    65536),
                                            new Packets(Device.this));
                        }
                    })
                    .connect(new InetSocketAddress(node.getHost(), node.getPort()), new InetSocketAddress(address, 0))
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            gone(null);
                        }
                    });
        }

        private void cut() {
            wantsIn = false;
            accepted = false;
            attempts = 0;
            Channel open = channel;
            channel = null;
            if (open != null) {
                var unused = open.close();
            }
        }

        private void gone(@Nullable Channel ended) {
            if (ended != channel) {
                return;
            }
            channel = null;
            accepted = false;
            if (wantsIn) {
                // reconnectionDelay 1 s, doubled up to 5 s, randomizationFactor 0.5: the stock client's defaults.
                double delay = Math.min(5000, 1000 << Math.min(attempts++, 3));
                double factor = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
                var unused = loop.schedule(this::comeAgain, (long) (delay * factor), TimeUnit.MILLISECONDS);
            }
        }

        private void comeAgain() {
            if (wantsIn && channel == null) {
                connect();
            }
        }

        private void packet(Channel from, String text) {
            if (text.equals("2")) {
                send(from, "3");
            } else if (text.startsWith("0")) {
                send(from, "40" + auth());
            } else if (text.startsWith("40")) {
                JsonNode given = json.readTree(text.substring(2)).get("pid");
                String before = pid;
                pid = given == null ? null : given.asString();
                recovered = pid != null && pid.equals(before);
                attempts = 0;
                accepted = true;
            } else if (text.startsWith("42")) {
                event(json.readTree(text.substring(2)));
            }
        }

        private void event(JsonNode packet) {
            if (packet.get(0).asString().equals("following notify")) {
                offset = packet.get(2).asString();
                synchronized (followers) {
                    followers.add(packet.get(1).get("user_id").asLong());
                }
            } else if (packet.get(0).asString().equals("resync needed")) {
                toldToResync = true;
            }
        }

        private String auth() {
            String recovery = pid == null
                    ? ",\"recover\":true"
                    : ",\"pid\":\"" + pid + "\"" + (offset == null ? "" : ",\"offset\":\"" + offset + "\"");
            return "{\"token\":\"" + token + "\"" + recovery + "}";
        }
    }

    private static void send(Channel channel, String packet) {
        var unused = channel.writeAndFlush(new TextWebSocketFrame(packet));
    }

    private static final class Packets extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private final Device device;

        Packets(Device device) {
            this.device = device;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (device.wantsIn) {
                device.channel = context.channel();
                context.fireChannelActive();
            } else {
                var unused = context.close();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            device.packet(context.channel(), frame.text());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            device.gone(context.channel());
        }

        /** A node that is killed resets its connections; a full one answers the handshake with 503. */
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var unused = context.close();
        }
    }
}
