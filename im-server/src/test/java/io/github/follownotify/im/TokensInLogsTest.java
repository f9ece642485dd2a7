package io.github.follownotify.im;

import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.testservices.LeakedToken;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A token never reaches a log, whatever is wrong with the request that brings it. */
@ExtendWith(OutputCaptureExtension.class)
class TokensInLogsTest extends RunningImServer {

    @Test
    void noneIsWrittenForAnyMalformedRequest(CapturedOutput output) {
        String token =
                new TokenIssuer(TokenSettings.ofSecret(SECRET), Clock.systemUTC()).issue(7, Duration.ofMinutes(5));
        List<String> requests = List.of(
                "GET /socket.io/?EIO=4&transport=polling&token=%s&x[]=1 HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=polling&token=%s&x=<{ HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=polling&token=%s%%zz HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=websocket&token=%s HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=%s HTTP/1.1",
                "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nAuthorization: Bearer %s\u0001",
                "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nAuth\u0001orization: Bearer %s",
                "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nOrigin: %s",
                "POST /socket.io/?EIO=4&transport=polling&token=%1$s HTTP/1.1\r\nContent-Length: 5\r\n\r\n%1$s",
                "GET /%s HTTP/1.1",
                "GET /%s HTTP/9.9",
                "%s /socket.io/ HTTP/1.1",
                "%s",
                "GET /actuator/health HTTP/1.1\r\nAuthorization: Bearer %s\u0001",
                "GET /actuator/health?token=%s&x[]=1 HTTP/1.1",
                "GET /actuator/health\\%s HTTP/1.1",
                "POST /actuator/health/%s HTTP/1.1",
                "FOLLOW /actuator/health?token=%s HTTP/1.1",
                "GET /actuator/health HTTP/1.1\r\nContent-Length: %s");

        LeakedToken.sendIn(requests, token, sockets.port(), managementPort);

        LeakedToken.assertAbsentFrom(output.getAll(), token);
    }
}
