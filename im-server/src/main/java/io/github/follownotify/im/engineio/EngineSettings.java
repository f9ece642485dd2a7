package io.github.follownotify.im.engineio;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the socket port listens and what a connection may cost.
 *
 * @param host address to listen on; all when absent
 * @param port port to listen on, 0 for a free one
 * @param path path of the Socket.IO endpoint
 * @param allowedOrigins origins (scheme, host and port) of web pages that may connect, besides pages of the same host
 *     and port; "*" for all
 * @param trustedProxies addresses and networks of our own proxies, whose X-Forwarded-For is believed
 * @param workerThreads threads that serve connections, 0 for two per processor
 * @param pingInterval pause between two heartbeats
 * @param pingTimeout wait for the answer to a heartbeat
 * @param upgradeTimeout time that an upgrade from polling to websocket may take
 * @param requestTimeout time in which a connection has to send a complete HTTP request
 * @param shutdownTimeout wait for the clients' connections to end at shutdown
 * @param maxPayload size of the largest message that a client may send
 * @param maxUrl size of the longest request line
 * @param maxHeaders size of all headers of a request together
 * @param limits how many clients are admitted
 * @param queue bounds of one client's queue
 */
@Validated
@ConfigurationProperties("im.socket")
public record EngineSettings(
        @Nullable String host,
        @DefaultValue("9092") @Min(0) @Max(65535) int port,

        @DefaultValue("/socket.io/")
        @Pattern(regexp = "/([A-Za-z0-9._-]+/)+", message = "must begin and end with \"/\"")
        String path,

        @DefaultValue List<String> allowedOrigins,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("0") @Min(0) int workerThreads,
        @DefaultValue("25s") Duration pingInterval,
        @DefaultValue("20s") Duration pingTimeout,
        @DefaultValue("10s") Duration upgradeTimeout,
        @DefaultValue("10s") Duration requestTimeout,
        @DefaultValue("5s") Duration shutdownTimeout,
        @DefaultValue("64KB") DataSize maxPayload,
        @DefaultValue("16KB") DataSize maxUrl,
        @DefaultValue("16KB") DataSize maxHeaders,
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid Queue queue) {

    /**
     * How many clients are admitted.
     *
     * @param connections TCP connections in total
     * @param connectionsPerAddress connections of one client address
     * @param handshakesPerSecond new sessions per second; more are answered with 503
     * @param handshakesPerSecondPerAddress new sessions of one client address per second; more are answered with 503
     * @param packetsPerSecond packets per second from one session; one that sends more is closed
     */
    public record Limits(
            @DefaultValue("100000") @Positive int connections,
            @DefaultValue("10000") @Positive int connectionsPerAddress,
            @DefaultValue("2000") @Positive int handshakesPerSecond,
            @DefaultValue("500") @Positive int handshakesPerSecondPerAddress,
            @DefaultValue("200") @Positive int packetsPerSecond) {}

    /**
     * Bounds of a queue of packets. A client whose queue overflows is closed and recovers by replay.
     *
     * @param bytes size of all waiting packets together
     * @param packets number of waiting packets
     */
    public record Queue(
            @DefaultValue("1MB") DataSize bytes,
            @DefaultValue("10000") @Positive int packets) {}

    @AssertTrue(message = "ping-interval, ping-timeout, upgrade-timeout and request-timeout must be positive")
    boolean isEveryTimeoutPositive() {
        return List.of(pingInterval, pingTimeout, upgradeTimeout, requestTimeout).stream()
                .allMatch(timeout -> timeout.compareTo(Duration.ZERO) > 0);
    }

    @AssertTrue(message = "each of trusted-proxies must be an address or a network such as 10.0.0.0/8")
    boolean isEveryTrustedProxyAnAddress() {
        return trustedProxies.stream().allMatch(TrustedProxies::isNetwork);
    }

    @AssertTrue(message = "each of allowed-origins must be \"*\" or scheme://host[:port]")
    boolean isEveryAllowedOriginAnOrigin() {
        return allowedOrigins.stream().allMatch(origin -> origin.matches("\\*|[a-z][a-z0-9+.-]*://[^/]+"));
    }
}
