package io.github.follownotify.im.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.follownotify.im.engineio.RawWebSocket;
import io.github.follownotify.im.rooms.OutgoingEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many events at once, for devices whose connections share one event loop. */
class BurstTest {

    private static final int DEVICES = 300;
    private static final int EVENTS = 20;

    private final TestServer server = TestServer.start("worker-threads", "1");
    private final List<RawWebSocket> devices = new ArrayList<>();

    @AfterEach
    void stop() {
        devices.forEach(RawWebSocket::close);
        server.close();
    }

    @Test
    void reachesEveryDeviceInOrder() throws InterruptedException {
        for (int user = 1; user <= DEVICES; user++) {
            RawWebSocket device = server.connected(user, "");
            devices.add(device);
            assertThat(device.hears()).startsWith("40{");
        }

        for (int n = 1; n <= EVENTS; n++) {
            byte[] json = ("{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8);
            server.rooms.emitToAll(new OutgoingEvent("news", json, List.of()), Set.of());
        }

        for (RawWebSocket device : devices) {
            for (int n = 1; n <= EVENTS; n++) {
                assertThat(device.hears()).isEqualTo("42[\"news\",{\"n\":" + n + "}]");
            }
        }
    }
}
