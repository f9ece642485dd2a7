package io.github.follownotify.follow.web;

import io.github.follownotify.follow.HealthyFollowApi;
import io.github.follownotify.testservices.LeakedToken;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** A token never reaches a log, whatever is wrong with the request that brings it. */
@ExtendWith(OutputCaptureExtension.class)
class TokensInLogsTest extends HealthyFollowApi {

    @LocalManagementPort
    private int managementPort;

    @Test
    void noneIsWrittenForAnyMalformedRequest(CapturedOutput output) {
        String token = token(newUser());
        List<String> requests = List.of(
                "GET /followings HTTP/1.1\r\nAuthorization: Bearer %s\u0001",
                "GET /followings HTTP/1.1\r\nAuthorization: Bearer %s\u0000\r\nHost: a",
                "GET /followings HTTP/1.1\r\nAuth\u0001orization: Bearer %s",
                "GET /followings HTTP/1.1\r\nBearer %s",
                "GET /followings?token=%s&x[]=1 HTTP/1.1",
                "GET /followings?token=%s&x=<{ HTTP/1.1",
                "GET /%s/%%zz HTTP/1.1",
                "GET /%s\\x HTTP/1.1",
                "GET /%s HTTP/9.9",
                "GET %s HTTP/1.1",
                "%s /followings HTTP/1.1",
                "%s",
                "FOLLOW /followings?token=%s HTTP/1.1",
                "DELETE /followings/%s HTTP/1.1\r\nAuthorization: Bearer " + token,
                "GET /followings?cursor=%s HTTP/1.1\r\nAuthorization: Bearer " + token,
                "GET /followings?limit=%s HTTP/1.1\r\nAuthorization: Bearer " + token,
                "GET /followings HTTP/1.1\r\nAccept: %s\r\nAuthorization: Bearer " + token,
                "GET /followings HTTP/1.1\r\nAuthorization: Bearer %1$s\r\nAuthorization: Bearer %1$s",
                "GET /followings HTTP/1.1\r\nAuthorization: Basic %s",
                "GET /followings HTTP/1.1\r\nContent-Length: %s",
                "GET /followings HTTP/1.1\r\nTransfer-Encoding: %s",
                "GET /followings HTTP/1.1\r\nHost: %s",
                "GET /followings HTTP/1.1\r\nCookie: a=%s\u0001",
                "GET /actuator/health?token=%s&x[]=1 HTTP/1.1",
                "POST /actuator/health/%s HTTP/1.1",
                "GET /actuator/metrics/%s HTTP/1.1",
                "POST /followings HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: 2\r\n\r\n{}",
                "POST /followings HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=%s\r\nContent-Length: 2\r\n\r\n{}");

        LeakedToken.sendIn(requests, token, port, managementPort);

        LeakedToken.assertAbsentFrom(output.getAll(), token);
    }
}
