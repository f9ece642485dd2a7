package io.github.follownotify.im;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.socketio.SocketServer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest(
        properties = {
            "spring.config.name=im-server",
            "jwt.secret=a secret for tests that is long enough",
            "im.socket.port=0",
            "im.events.start-wait=100ms",
            "spring.rabbitmq.port=1"
        })
class ImServerTest {

    @Autowired
    private SocketServer sockets;

    @Test
    void listensForClientsAlsoWhenThereIsNoBroker() {
        assertThat(sockets.isRunning()).isTrue();
        assertThat(sockets.port()).isPositive();
    }
}
