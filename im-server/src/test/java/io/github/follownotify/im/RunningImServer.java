package io.github.follownotify.im;

import io.github.follownotify.im.socketio.SocketServer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The whole service without a broker. One context for all classes that extend this. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=im-server",
            "jwt.secret=" + RunningImServer.SECRET,
            "im.socket.port=0",
            "im.events.start-wait=100ms",
            "spring.rabbitmq.port=1"
        })
abstract class RunningImServer {

    static final String SECRET = "a secret for tests that is long enough";

    @LocalServerPort
    int managementPort;

    @Autowired
    SocketServer sockets;
}
