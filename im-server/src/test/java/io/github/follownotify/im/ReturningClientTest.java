package io.github.follownotify.im;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.log.FollowApiStandIn;
import io.github.follownotify.im.replay.RecentEvents;
import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.im.rooms.UserRooms;
import io.github.follownotify.im.socketio.SocketServer;
import io.github.follownotify.jwt.TokenIssuer;
import io.github.follownotify.jwt.TokenSettings;
import io.github.follownotify.testservices.TestServices;
import io.micrometer.core.instrument.MeterRegistry;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.MessageBuilder;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.SmartLifecycle;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** One user's device that goes away and comes back, with the whole server, the broker and a log behind it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=im-server", "jwt.secret=" + ReturningClientTest.SECRET, "im.socket.port=0"})
@DirtiesContext(classMode = ClassMode.BEFORE_EACH_TEST_METHOD)
class ReturningClientTest {

    static final String SECRET = "a secret that only this test knows and nobody else";

    private static final long BOB = 42;
    private static final String TOKEN = new TokenIssuer(TokenSettings.ofSecret(SECRET), Clock.systemUTC())
            .issue(BOB, null, null, Duration.ofHours(1));
    private static final FollowApiStandIn followApi = new FollowApiStandIn();
    private static final String exchange = TestServices.uniqueName("im.events");
    private static final String nodeId = TestServices.uniqueName("node");

    private final List<Device> devices = new ArrayList<>();

    @Autowired
    private SocketServer sockets;

    @Autowired
    private UserRooms rooms;

    @Autowired
    private RecentEvents window;

    @Autowired
    private RabbitTemplate rabbit;

    @Autowired
    private AmqpAdmin admin;

    @Autowired
    @Qualifier("eventFeed")
    private SmartLifecycle eventFeed;

    @Autowired
    private HealthEndpoint health;

    @Autowired
    private MeterRegistry meters;

    @DynamicPropertySource
    static void services(DynamicPropertyRegistry registry) {
        TestServices.registerBroker(registry);
        registry.add("im.log.follow-api-url", followApi::url);
        registry.add("im.events.exchange", () -> exchange);
        registry.add("im.node-id", () -> nodeId);
        followApi.writeUpTo(2500, BOB);
    }

    @BeforeEach
    void awaitReady() {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            HealthDescriptor events = health.healthForPath("events");
            return events != null && events.getStatus().equals(Status.UP);
        });
    }

    @AfterEach
    void cleanUp() {
        devices.forEach(Device::close);
        // Running, it would declare at once what is deleted here.
        eventFeed.stop();
        admin.deleteQueue("im.node." + nodeId);
        admin.deleteQueue(exchange + ".invalid");
        admin.deleteExchange(exchange);
    }

    @AfterAll
    static void close() {
        followApi.close();
    }

    @Test
    void getsWhatItMissedFromTheWindowAndThenWhatIsNew() {
        long start = followApi.head();
        Device before = connect(Map.of("recover", "true"));
        follow(2);
        before.hears(start + 1, start + 2);
        before.close();
        await().until(() -> rooms.socketsOpen() == 0);
        follow(3);
        await().until(() -> window.head() == followApi.head());
        int requests = followApi.requests().size();

        Device after = connect(Map.of("offset", String.valueOf(start + 2)));
        follow(1);

        after.hears(start + 3, start + 4, start + 5, start + 6);
        assertThat(followApi.requests().subList(requests, followApi.requests().size()))
                .as("nothing but the comparison that all share")
                .noneMatch(request -> request.startsWith("/log/missed"));
    }

    @Test
    void getsWhatItMissedBeforeThisNodeWasThereFromTheLog() {
        Device device = connect(Map.of("offset", "2"));
        long start = followApi.head();
        follow(1);

        List<Long> expected = new ArrayList<>();
        for (long seq = 3; seq <= start + 1; seq++) {
            expected.add(seq);
        }
        device.hears(expected.toArray(Long[]::new));
    }

    @Test
    void getsThousandsThatItMissedFromTheLogAndThenFromTheWindow() {
        long start = followApi.head();
        follow(2500);
        await().until(() -> window.head() == followApi.head());
        Device device = connect(Map.of("offset", "2"));
        follow(10);

        device.hears(LongStream.rangeClosed(3, start + 2510).boxed().toArray(Long[]::new));
    }

    @Test
    void reconnectsUntilTheLogCanBeRead() {
        long start = followApi.head();
        follow(1);
        followApi.answerWith(503);
        Device device;
        try {
            device = new Device(sockets.port(), Map.of("offset", "2"));
            devices.add(device);
            await().until(() -> meters.counter("im.connections.closed", "reason", "log_unavailable")
                            .count()
                    > 0);
            assertThat(device.heard).noneMatch(heard -> heard.startsWith("following notify"));
        } finally {
            followApi.answerWith(200);
        }

        List<Long> expected = new ArrayList<>();
        for (long seq = 3; seq <= start + 1; seq++) {
            expected.add(seq);
        }
        device.hears(expected.toArray(Long[]::new));
    }

    private Device connect(Map<String, String> auth) {
        Device device = new Device(sockets.port(), auth);
        devices.add(device);
        await().until(() -> rooms.socketsOpen() == 1);
        return device;
    }

    private void follow(int times) {
        for (int i = 0; i < times; i++) {
            RoomEvent event = followApi.write(BOB, "{\"n\":" + (followApi.head() + 1) + "}");
            rabbit.send(
                    exchange,
                    String.valueOf(event.userId()),
                    MessageBuilder.withBody(event.json())
                            .setType(event.type())
                            .setMessageId(event.id())
                            .setHeader("seq", event.seq())
                            .build());
        }
    }

    /** A stock client. */
    private static final class Device implements AutoCloseable {

        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final Socket socket;

        Device(int port, Map<String, String> auth) {
            Map<String, String> all = new HashMap<>(auth);
            all.put("token", TOKEN);
            socket = IO.socket(
                    URI.create("http://127.0.0.1:" + port),
                    IO.Options.builder().setForceNew(true).setAuth(all).build());
            for (String event : List.of("following notify", "resync needed")) {
                socket.on(event, arguments -> heard.add(event + Arrays.toString(arguments)));
            }
            socket.connect();
        }

        void hears(Long... seqs) {
            List<String> expected = Arrays.stream(seqs)
                    .map(seq -> "following notify[{\"n\":" + seq + "}, "
                            + followApi.event(seq).offset() + "]")
                    .toList();
            await().untilAsserted(() -> assertThat(heard).containsExactlyElementsOf(expected));
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
