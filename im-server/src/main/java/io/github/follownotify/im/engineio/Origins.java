package io.github.follownotify.im.engineio;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which web pages may connect. Clients that are not browsers send no Origin and are not asked for one. */
final class Origins {

    private final Set<String> allowed;

    Origins(List<String> allowed) {
        this.allowed =
                allowed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    boolean allow(HttpHeaders headers) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null || allowed.contains("*")) {
            return true;
        }
        String lowerCase = origin.toLowerCase(Locale.ROOT);
        return allowed.contains(lowerCase) || isSameOrigin(lowerCase, headers.get(HttpHeaderNames.HOST));
    }

    /** Host and port only: behind a proxy that ends TLS we don't know the scheme under which the page was loaded. */
    private static boolean isSameOrigin(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return host != null
                && scheme > 0
                && authority(origin.substring(scheme + 3)).equals(authority(host.toLowerCase(Locale.ROOT)));
    }

    private static String authority(String authority) {
        return authority.replaceFirst(":(80|443)$", "");
    }
}
