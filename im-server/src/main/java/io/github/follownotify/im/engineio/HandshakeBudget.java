package io.github.follownotify.im.engineio;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** How many sessions may begin: in total and per address, so that no address uses up the total. */
final class HandshakeBudget {

    private final RateLimit total;
    private final KeyedRateLimit<ByteBuffer> byNetwork;

    HandshakeBudget(EngineSettings.Limits limits) {
        this.total = new RateLimit(limits.handshakesPerSecond());
        this.byNetwork = new KeyedRateLimit<>(limits.handshakesPerSecondPerAddress());
    }

    /** @param client null when it is not known */
    boolean tryTake(@Nullable InetAddress client) {
        return (client == null || byNetwork.tryTake(network(client))) && total.tryTake();
    }

    /** Whoever has one IPv6 address has the 2^64 of its /64 network. */
    private static ByteBuffer network(InetAddress client) {
        byte[] address = client.getAddress();
        return client instanceof Inet6Address ? ByteBuffer.wrap(address, 0, 8) : ByteBuffer.wrap(address);
    }
}
