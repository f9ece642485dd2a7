package io.github.follownotify.im.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that are kept from one request to the next, as proxies and HTTP libraries do. */
class KeptConnectionTest {

    private final EchoServer server = EchoServer.start("max-payload", "64KB");

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void takesTheNextRequestAsSoonAsTheOneBeforeIsAnswered() throws Exception {
        for (int session = 0; session < 20; session++) {
            String sid = open();
            try (RawConnection connection = new RawConnection(server.port())) {
                for (int i = 0; i < 50; i++) {
                    connection.post(sid, "4" + i);
                    assertThat(connection.answer()).isEqualTo("ok");
                    connection.get(sid);
                    assertThat(connection.answer()).isEqualTo("4" + i);
                }
            }
        }
    }

    @Test
    void letsARequestThatComesEarlyWaitItsTurn() throws Exception {
        String sid = open();
        try (RawConnection connection = new RawConnection(server.port());
                RawConnection other = new RawConnection(server.port())) {
            connection.get(sid);
            connection.post(sid, "4second");
            connection.get(sid);
            other.post(sid, "4first");

            assertThat(connection.answer()).isEqualTo("4first");
            assertThat(connection.answer()).isEqualTo("ok");
            assertThat(connection.answer()).isEqualTo("4second");
        }
    }

    @Test
    void keepsNoMoreEarlyBytesThanOneMessageMayHave() throws Exception {
        String sid = open();
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.get(sid);
            connection.post(sid, "4" + "x".repeat(40_000));
            connection.post(sid, "4" + "x".repeat(40_000));

            assertThat(connection.answer()).isEmpty();
        }
    }

    private String open() throws IOException, InterruptedException {
        return RawHttp.open(server.uri("http", "EIO=4&transport=polling"));
    }
}
