package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawWebSocket;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A device whose connection was ended gets nothing of what comes after, however late its event loop is. */
class EndedDeviceTest {

    @Test
    void getsNothingThatIsEmittedAfterItsEnd() throws Exception {
        try (TestServer server = TestServer.start();
                RawWebSocket device = server.connected(42, "")) {
            device.hears();
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            server.server.on("keep busy", (connection, argument, acknowledge) -> {
                busy.countDown();
                awaitQuietly(free);
            });
            device.send("42[\"keep busy\"]");
            busy.await();

            server.follow(42, 1);
            server.rooms.endAll();
            server.follow(42, 2);
            free.countDown();

            assertThat(device.hears()).isIn("42[\"following notify\",{\"n\":1}]", RawWebSocket.CLOSED);
            assertThat(device.hears()).isEqualTo(RawWebSocket.CLOSED);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
