package io.github.follownotify.im.broker;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.follownotify.im.rooms.RoomEvent;
import io.github.follownotify.testservices.RealBrokerTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.boot.health.contributor.Status;

/** The whole way from the broker to the emit, and messages that do not belong there. */
class EventFlowTest extends NodeOnABroker {

    @Test
    void emitsWhatTheBrokerBringsInOrderAndAsItCame() {
        Node node = startNode();

        for (int i = 1; i <= 200; i++) {
            publish(followApi.write(i % 3 + 1, "{\"n\": %d , \"x\":\"ä€😀\"}".formatted(i)));
        }

        node.awaitDelivered(1, 200);
        RoomEvent last = node.delivered().get(199);
        assertThat(last.userId()).isEqualTo(3);
        assertThat(last.type()).isEqualTo("following notify");
        assertThat(new String(last.json(), UTF_8)).isEqualTo("{\"n\": 200 , \"x\":\"ä€😀\"}");
        assertThat(last.createdAtMillis()).isEqualTo(1_767_225_600_123L);
        assertThat(last.id()).isEqualTo(followApi.event(200).id());
        assertThat(node.health()).isEqualTo(Status.UP);
    }

    @Test
    void beginsAtTheHeadOfTheLogAndIgnoresWhatItsQueueHoldsFromBefore() {
        Node first = startNode();
        publishUpTo(3);
        first.awaitDelivered(1, 3);
        first.stop();
        publishUpTo(6);

        // The head first: else the queue's events come through that were committed since.
        network.cut();
        Node again = launchNode();
        network.restore();
        await().atMost(PATIENCE).until(again::consumes);
        publishUpTo(7);

        again.awaitDelivered(7, 7);
    }

    @Test
    void parksEachKindOfGarbageOnceAndGoesOn() {
        Node node = startNode();
        List<Message> garbage = new ArrayList<>();
        Map<String, Integer> reasons = new HashMap<>();
        for (String key : List.of("abc", "0", "-1", "042", "9223372036854775808", "1.2", "", "٤٢")) {
            send(key, message("{}").build(), garbage);
            reasons.merge("routing_key", 1, Integer::sum);
        }
        for (String type : List.of("", " ", "connect_error", "a\nb", "x".repeat(129))) {
            send("42", message("{}").setType(type).build(), garbage);
            reasons.merge("type", 1, Integer::sum);
        }
        for (Object seq : List.of("17", 0L, -5L, 1.5)) {
            send("42", message("{}").setHeader("seq", seq).build(), garbage);
            reasons.merge("seq", 1, Integer::sum);
        }
        for (String scalar : List.of("\"14\"", "14", "true", "null")) {
            send("42", message(scalar).build(), garbage);
            reasons.merge("scalar", 1, Integer::sum);
        }
        send("log.head", message("{}").setType("log head").setHeader("seq", "?").build(), garbage);
        reasons.merge("seq", 1, Integer::sum);
        List<byte[]> bodies = new ArrayList<>();
        for (String text :
                List.of("", "  ", "{", "{\"a\":1", "{}{}", "{'a':1}", "nope", "[".repeat(100) + "]".repeat(100))) {
            bodies.add(text.getBytes(UTF_8));
        }
        bodies.add(new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'});
        bodies.add(new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'});
        bodies.add("{\"a\":1}".getBytes(UTF_16BE));
        bodies.add("\uFEFF{}".getBytes(UTF_8));
        for (byte[] body : bodies) {
            send("42", message(body).build(), garbage);
            reasons.merge("not_json", 1, Integer::sum);
        }
        send("42", message("\"" + "x".repeat(64 * 1024) + "\"").build(), garbage);
        reasons.merge("too_large", 1, Integer::sum);

        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(invalidQueue) == garbage.size());
        await().atMost(PATIENCE).until(() -> messagesIn(queue) == 0);
        // Counted when the broker has confirmed it, which is after the queue has it.
        await().atMost(PATIENCE)
                .untilAsserted(() -> reasons.forEach((reason, count) -> assertThat(node.meters()
                                .counter("im.events.parked", "reason", reason)
                                .count())
                        .as(reason)
                        .isEqualTo(count.doubleValue())));
        for (Message sent : garbage) {
            Message parked = Objects.requireNonNull(template.receive(invalidQueue));
            Map<String, Object> headers = parked.getMessageProperties().getHeaders();
            assertThat(headers.get("reason")).asString().isNotBlank();
            assertThat(headers)
                    .containsEntry("node", nodeId)
                    .containsEntry("original-exchange", exchange)
                    .containsEntry(
                            "original-routing-key", sent.getMessageProperties().getReceivedRoutingKey());
            assertThat(parked.getBody()).hasSizeLessThanOrEqualTo(64 * 1024);
        }
    }

    /** As 700 messages of 1 MB, or one of 70 MB: what waits for a node has to fit into its memory. */
    @Test
    @RealBrokerTest
    void queueHoldsABoundedNumberOfBytesWhateverOthersPublish() {
        Node first = startNode();
        first.stop();
        byte[] huge = ("\"" + "x".repeat(1024 * 1024) + "\"").getBytes(UTF_8);
        for (int i = 0; i < 60; i++) {
            template.send(exchange, "42", message(huge).build());
        }
        await().atMost(PATIENCE).until(() -> messagesIn(queue) > 0);
        assertThat(messagesIn(queue)).isLessThanOrEqualTo(32);

        Node again = startNode();
        publishUpTo(1);

        again.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(queue) == 0);
        // Parking has a thread of its own.
        await().atMost(PATIENCE)
                .until(() -> again.meters()
                                .counter("im.events.parked", "reason", "too_large")
                                .count()
                        > 0);
    }

    @Test
    void floodOfGarbageDoesNotHoldUpTheEventsBehindIt() {
        Node node = startNode();
        for (int i = 0; i < 3_000; i++) {
            template.send(exchange, "nobody", message("{}").build());
        }

        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE)
                .until(() -> node.meters()
                                        .counter("im.events.parked", "reason", "routing_key")
                                        .count()
                                + node.meters()
                                        .counter("im.events.dropped", "reason", "not_parked")
                                        .count()
                        == 3_000);
    }

    @Test
    void dropsGarbageThatCannotBeParkedOnlyAfterTryingToDeclareTheQueueAgain() {
        Node node = startNode();
        admin.deleteQueue(invalidQueue);

        send("nobody", message("{}").build(), new ArrayList<>());
        publishUpTo(1);

        node.awaitDelivered(1, 1);
        await().atMost(PATIENCE).until(() -> messagesIn(invalidQueue) == 1);
    }

    @Test
    void letsOnlyOneOfTwoNodesWithTheSameIdConsumeAndTheOtherTakeOver() {
        Node first = startNode();
        Node second = launchNode();
        publishUpTo(10);
        first.awaitDelivered(1, 10);
        assertThat(second.consumes()).isFalse();
        second.awaitDelivered(1, 10);

        first.stop();

        await().atMost(PATIENCE).until(second::consumes);
        publishUpTo(12);
        second.awaitDelivered(1, 12);
    }

    @Test
    void readsTheLogAsAService() {
        followApi.writeUpTo(1, 42);
        startNode();

        assertThat(followApi.requests().get(0)).isEqualTo("/log?after=0&limit=1");
        assertThat(followApi.serviceTokens().get(0)).contains(".");
    }
}
