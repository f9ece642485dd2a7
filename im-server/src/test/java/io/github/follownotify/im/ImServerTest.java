package io.github.follownotify.im;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImServerTest extends RunningImServer {

    @Test
    void listensForClientsAlsoWhenThereIsNoBroker() {
        assertThat(sockets.isRunning()).isTrue();
        assertThat(sockets.port()).isPositive();
    }
}
