package io.github.follownotify.follow.relay;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.github.follownotify.follow.notification.LoggedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as docs/amqp.md describes it.
 *
 * @param event the event that it carries, or null for a heartbeat
 */
record EventMessage(@Nullable LoggedEvent event, String routingKey, BasicProperties properties, byte[] body) {

    static final String HEARTBEAT = "log head";
    static final String HEARTBEAT_ROUTING_KEY = "log.head";

    private static final String JSON = "application/json";
    private static final int TRANSIENT = 1;
    private static final int PERSISTENT = 2;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    static EventMessage of(LoggedEvent event, boolean persistent) {
        Map<String, Object> headers = new HashMap<>();
        headers.put("seq", event.seq());
        headers.put("created_at", event.createdAt());
        if (event.traceparent() != null) {
            headers.put("traceparent", event.traceparent());
        }
        BasicProperties properties = new BasicProperties.Builder()
                .type(event.event())
                .messageId(event.id().toString())
                .contentType(JSON)
                .deliveryMode(persistent ? PERSISTENT : TRANSIENT)
                .timestamp(Date.from(Instant.ofEpochMilli(event.createdAt())))
                .headers(headers)
                .build();
        return new EventMessage(
                event,
                Long.toString(event.recipientId()),
                properties,
                event.data().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Tells the nodes how far the log goes.
     *
     * @param confirmedSeq everything up to it was published
     * @param confirmedId id of the event with that number, or null when the log does not hold it
     * @param overdueSeq last number that should have been confirmed long ago; nodes read the log up to it
     */
    static EventMessage heartbeat(long confirmedSeq, @Nullable UUID confirmedId, long overdueSeq) {
        Map<String, Object> headers = new HashMap<>();
        headers.put("seq", confirmedSeq);
        headers.put("overdue_seq", Math.max(confirmedSeq, overdueSeq));
        if (confirmedId != null) {
            headers.put("head_id", confirmedId.toString());
        }
        BasicProperties properties = new BasicProperties.Builder()
                .type(HEARTBEAT)
                .contentType(JSON)
                .deliveryMode(TRANSIENT)
                .headers(headers)
                .build();
        return new EventMessage(null, HEARTBEAT_ROUTING_KEY, properties, NOTHING);
    }
}
