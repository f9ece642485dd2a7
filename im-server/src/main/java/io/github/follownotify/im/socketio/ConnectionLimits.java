package io.github.follownotify.im.socketio;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts TCP connections, in total and by address. */
final class ConnectionLimits {

    private final int maxTotal;
    private final int maxPerAddress;
    private final Set<String> trustedProxies;
    private final AtomicInteger total = new AtomicInteger();
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    ConnectionLimits(SocketSettings settings) {
        this.maxTotal = settings.limits().connections();
        this.maxPerAddress = settings.limits().connectionsPerAddress();
        this.trustedProxies = Set.copyOf(settings.trustedProxies());
    }

    /** @return false when the connection is one too many; otherwise it counts until it closes */
    boolean admit(Channel channel) {
        if (total.incrementAndGet() > maxTotal) {
            total.decrementAndGet();
            return false;
        }
        InetAddress address = channel.remoteAddress() instanceof InetSocketAddress peer ? peer.getAddress() : null;
        if (address == null || trustedProxies.contains(address.getHostAddress())) {
            channel.closeFuture().addListener(closed -> total.decrementAndGet());
            return true;
        }
        if (byAddress.merge(address, 1, Integer::sum) > maxPerAddress) {
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

    int total() {
        return total.get();
    }

    int addresses() {
        return byAddress.size();
    }

    private void release(InetAddress address) {
        byAddress.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
    }
}
