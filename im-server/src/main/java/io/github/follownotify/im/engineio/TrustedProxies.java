package io.github.follownotify.im.engineio;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Our own proxies, and the client's address as they report it. Names are never resolved. */
final class TrustedProxies {

    private static final Pattern WITH_PORT =
            Pattern.compile("(?:\\[(?<v6>[^\\]]*)]|(?<v4>[^:\\[\\]]*))(?::[0-9]{1,5})?");

    private final List<IpSubnetFilterRule> networks;

    /** @param networks addresses, or networks such as 10.0.0.0/8 */
    TrustedProxies(List<String> networks) {
        this.networks = networks.stream().map(TrustedProxies::network).toList();
    }

    static boolean isNetwork(String text) {
        try {
            network(text);
            return true;
        } catch (IllegalArgumentException noNetwork) {
            return false;
        }
    }

    boolean contains(InetAddress address) {
        InetSocketAddress anyPort = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(anyPort));
    }

    /**
     * The right-most address that is none of our proxies: what is left of it, the client may have written itself.
     *
     * @param forwardedFor values of X-Forwarded-For, as a proxy of ours sent them
     * @return null when there is none, or the value is not an address
     */
    @Nullable
    InetAddress client(List<String> forwardedFor) {
        List<String> hops = new ArrayList<>();
        forwardedFor.forEach(value -> Collections.addAll(hops, value.split(",")));
        Collections.reverse(hops);
        for (String hop : hops) {
            InetAddress address = hop.isBlank() ? null : address(hop.strip());
            if (address != null && !contains(address)) {
                return address;
            }
            if (address == null && !hop.isBlank()) {
                return null;
            }
        }
        return null;
    }

    private static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        InetAddress base = literal(slash < 0 ? text : text.substring(0, slash));
        if (base == null) {
            throw new IllegalArgumentException("no address or network: " + text);
        }
        int prefix = slash < 0 ? base.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
        return new IpSubnetFilterRule(base, prefix, IpFilterRuleType.ACCEPT);
    }

    /** Some proxies add the port: 203.0.113.7:1234, [2001:db8::1]:4711. */
    private static @Nullable InetAddress address(String hop) {
        Matcher withPort = WITH_PORT.matcher(hop);
        if (!withPort.matches()) {
            return NetUtil.isValidIpV6Address(hop) ? literal(hop) : null;
        }
        String v6 = withPort.group("v6");
        if (v6 != null) {
            return NetUtil.isValidIpV6Address(v6) ? literal(v6) : null;
        }
        String v4 = withPort.group("v4");
        return NetUtil.isValidIpV4Address(v4) ? literal(v4) : null;
    }

    private static @Nullable InetAddress literal(String address) {
        byte[] bytes = address.startsWith("[") || address.contains("%")
                ? null
                : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return null;
        }
        try {
            // Makes an IPv4 address of one that is mapped into IPv6, so that it is counted as the same.
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
