package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawHttp;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients of Socket.IO 2, which speak Engine.IO 3. */
class OldClientsTest {

    private final TestServer server = TestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void areConnectedByTheHandshakeAlone() throws Exception {
        String opened = handshake(TestServer.token(42));

        assertThat(opened).matches("[0-9]+:0\\{\"sid\":.*}2:40");
        assertThat(server.rooms.socketsOpen()).isEqualTo(1);
    }

    @Test
    void getLengthsInTheUnitsOfJavaScript() throws Exception {
        URI session = session(handshake(TestServer.token(42)));
        server.live(42, "\"é🎉\"");

        assertThat(RawHttp.get(session).body()).isEqualTo("28:42[\"following notify\",\"é🎉\"]");
    }

    @Test
    void pingAndAreAnswered() throws Exception {
        URI session = session(handshake(TestServer.token(42)));

        assertThat(RawHttp.post(session, "1:2").body()).isEqualTo("ok");
        assertThat(RawHttp.get(session).body()).isEqualTo("1:3");
    }

    @Test
    void areRefusedByAnErrorAndADisconnect() throws Exception {
        assertThat(handshake(TestServer.token(42, Duration.ofSeconds(-5))))
                .endsWith("}51:44{\"message\":\"unauthorized\",\"code\":\"token_expired\"}2:41");
        assertThat(server.rooms.socketsOpen()).isZero();
    }

    @Test
    void ofJavaAreRefusedByAStringBecauseTheyDropEveryOtherError() throws Exception {
        String query = "EIO=3&transport=polling&token=" + TestServer.token(42, Duration.ofSeconds(-5));

        assertThat(RawHttp.get(server.uri("http", query), "User-Agent", "okhttp/3.12.12")
                        .body())
                .endsWith("}17:44\"token_expired\"2:41");
    }

    @Test
    void sendEventsAndAreAcknowledged() throws Exception {
        URI session = session(handshake(TestServer.token(42)));

        RawHttp.post(session, "20:421[\"token refresh\"]");
        assertThat(RawHttp.get(session).body()).contains("431[{\"status\":\"error\",\"code\":\"token_missing\"}]");
    }

    private String handshake(String token) throws Exception {
        return RawHttp.get(server.uri("http", "EIO=3&transport=polling&token=" + token))
                .body();
    }

    private URI session(String opened) {
        int id = opened.indexOf("\"sid\":\"") + 7;
        return server.uri("http", "EIO=3&transport=polling&sid=" + opened.substring(id, id + 36));
    }
}
