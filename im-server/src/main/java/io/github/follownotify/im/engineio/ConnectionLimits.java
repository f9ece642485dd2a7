package io.github.follownotify.im.engineio;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections, in total and by the client's address.
 *
 * <p>A connection that a client opened counts from its accept to its close. One that our proxy opened serves whomever
 * the proxy likes, one request after the other: it counts for a client while it serves a request of that client, and
 * for as long as it is a websocket.
 */
final class ConnectionLimits {

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private final int maxTotal;
    private final int maxPerAddress;
    private final TrustedProxies proxies;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    ConnectionLimits(EngineSettings settings) {
        this.maxTotal = settings.limits().connections();
        this.maxPerAddress = settings.limits().connectionsPerAddress();
        this.proxies = new TrustedProxies(settings.trustedProxies());
    }

    /** @return false when the connection exceeds the limit; otherwise it counts until it closes */
    boolean admit(Channel channel) {
        if (total.incrementAndGet() > maxTotal) {
            total.decrementAndGet();
            return false;
        }
        InetAddress address = peer(channel);
        if (address == null || proxies.contains(address)) {
            channel.closeFuture().addListener(closed -> total.decrementAndGet());
            return true;
        }
        if (!add(address)) {
            release(address);
            total.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(closed -> {
            total.decrementAndGet();
            release(address);
        });
        return true;
    }

    /** @return the client's address when the request came through a proxy of ours that names it, or null */
    @Nullable
    InetAddress clientBehindProxy(Channel channel, HttpHeaders headers) {
        InetAddress peer = peer(channel);
        return peer != null && proxies.contains(peer) ? proxies.client(headers.getAll(FORWARDED_FOR)) : null;
    }

    /** @return false when this exceeds the limit; it counts in any case, until it is released */
    boolean add(InetAddress address) {
        return byAddress.merge(address, 1, Integer::sum) <= maxPerAddress;
    }

    void release(InetAddress address) {
        byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }

    int total() {
        return total.get();
    }

    static @Nullable InetAddress peer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
    }
}
