package io.github.follownotify.im.broker;

import jakarta.validation.constraints.AssertTrue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Who this node is.
 *
 * @param nodeId name of this node, which no other running node may have; the host name when not set
 */
@Validated
@ConfigurationProperties("im")
public record NodeSettings(@Nullable String nodeId) {

    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public NodeSettings {
        nodeId = nodeId == null || nodeId.isBlank() ? hostName() : nodeId.strip();
    }

    @Override
    public String nodeId() {
        return nodeId == null ? "" : nodeId;
    }

    @AssertTrue(message = "im.node-id must be 1 to 100 letters, digits, dots, underscores or hyphens")
    boolean isNodeIdUsable() {
        return USABLE.matcher(nodeId()).matches();
    }

    private static String hostName() {
        String fromEnvironment = System.getenv("HOSTNAME");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "";
        }
    }
}
