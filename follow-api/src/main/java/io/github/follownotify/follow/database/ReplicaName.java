package io.github.follownotify.follow.database;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What this replica is called in the tables where it holds a lease. */
@Component
public final class ReplicaName {

    private static final int LONGEST_HOST_NAME = 60;

    private final String name = host() + "/" + UUID.randomUUID();

    /** The host helps whoever reads the table; the rest makes a restarted process a different owner. */
    @Override
    public String toString() {
        return name;
    }

    private static String host() {
        try {
            String host = InetAddress.getLocalHost().getHostName();
            return host.substring(0, Math.min(host.length(), LONGEST_HOST_NAME));
        } catch (UnknownHostException nameless) {
            return "unknown";
        }
    }
}
