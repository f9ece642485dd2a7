package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawWebSocket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A device whose connection was ended gets nothing of what comes after, however late its event loop is. */
class EndedDeviceTest {

    @Test
    void getsNothingThatIsEmittedAfterItsEnd() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket device = server.connected(42, "")) {
            device.hears();
            CompletableFuture<Void> busy = new CompletableFuture<>();
            CompletableFuture<Void> free = new CompletableFuture<>();
            server.server.on("keep busy", (connection, argument, acknowledge) -> {
                busy.complete(null);
                free.join();
            });
            device.send("42[\"keep busy\"]");
            busy.join();

            server.follow(42, 1);
            server.rooms.endAll();
            server.follow(42, 2);
            free.complete(null);

            assertThat(device.hears()).isIn("42[\"following notify\",{\"n\":1}]", RawWebSocket.CLOSED);
            assertThat(device.hears()).isEqualTo(RawWebSocket.CLOSED);
        }
    }
}
