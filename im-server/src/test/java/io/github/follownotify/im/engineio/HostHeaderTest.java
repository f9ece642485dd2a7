package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9112, section 3.2: a request whose Host is no host is answered with 400. */
class HostHeaderTest {

    @AutoClose
    private static final EchoServer server = EchoServer.start();

    @ParameterizedTest
    @ValueSource(strings = {"x y", "x/y", "user@x", "x:port", "x:1:2", "[::1", "::1", "x?y", "<x>", "x\u00e4"})
    void malformed(String host) {
        assertThat(statusLine(host)).startsWith("HTTP/1.1 400 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "my_host.example:9092", "192.0.2.1:80", "[2001:db8::1]", "[::1]:9092", "%C3%A4.example"
            })
    void wellFormed(String host) {
        assertThat(statusLine(host)).startsWith("HTTP/1.1 200 ");
    }

    private static String statusLine(String host) {
        return RawHttp.plain(
                server.port(),
                "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }
}
