package io.github.follownotify.im.socketio;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of a Socket.IO session.
 *
 * @param connectTimeout time from the handshake to an accepted CONNECT
 */
@Validated
@ConfigurationProperties("im.socket")
public record SocketIoSettings(@DefaultValue("10s") Duration connectTimeout) {

    @AssertTrue(message = "connect-timeout must be positive")
    boolean isConnectTimeoutPositive() {
        return connectTimeout.compareTo(Duration.ZERO) > 0;
    }
}
