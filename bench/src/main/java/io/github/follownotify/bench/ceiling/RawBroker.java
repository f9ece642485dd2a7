package io.github.follownotify.bench.ceiling;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.github.follownotify.bench.load.Run;
import io.github.follownotify.bench.load.Waits;
import io.github.follownotify.bench.machine.Meter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One publisher, a topic exchange, one queue, one consumer that drops what it gets: events/s that the broker passes on.
 */
public final class RawBroker {

    private static final int UNDER_WAY = 5000;
    private static final int PREFETCH = 1000;
    private static final long CANCEL_MILLIS = 60_000;
    private static final byte[] BODY = ("{\"id\":\"00000000-0000-0000-0000-000000000000\",\"user_id\":1234567890,"
                    + "\"user_name\":\"Somebody\",\"timestamp\":1767225600}")
            .getBytes(UTF_8);

    private RawBroker() {}

    /** @param persistent whether events are persistent and the queue is durable, with confirms awaited in bulk */
    public static Run measure(
            String name, Connection broker, Meter meter, boolean persistent, Duration warmUp, Duration measure) {
        AtomicLong consumed = new AtomicLong();
        long published = 0;
        String exchange = "bench.ceiling." + System.nanoTime();
        try (Channel consumer = broker.createChannel();
                Channel publisher = broker.createChannel()) {
            publisher.exchangeDeclare(exchange, "topic", persistent);
            consumer.queueDeclare(exchange, persistent, true, true, null);
            consumer.queueBind(exchange, exchange, "#");
            consumer.basicQos(PREFETCH);
            AtomicBoolean cancelled = new AtomicBoolean();
            String tag = consumer.basicConsume(exchange, false, new DefaultConsumer(consumer) {
                @Override
                public void handleDelivery(
                        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                        throws IOException {
                    if (consumed.incrementAndGet() % 100 == 0) {
                        getChannel().basicAck(envelope.getDeliveryTag(), true);
                    }
                }

                @Override
                public void handleCancelOk(String consumerTag) {
                    cancelled.set(true);
                }
            });
            publisher.confirmSelect();
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .type("following notify")
                    .contentType("application/json")
                    .messageId("00000000-0000-0000-0000-000000000000")
                    .deliveryMode(persistent ? 2 : 1)
                    .build();
            long from = System.nanoTime() + warmUp.toNanos();
            long to = from + measure.toNanos();
            long before = 0;
            boolean measuring = false;
            while (System.nanoTime() < to) {
                if (!measuring && System.nanoTime() >= from) {
                    measuring = true;
                    meter.start();
                    before = consumed.get();
                }
                if (published - consumed.get() >= UNDER_WAY) {
                    Waits.pause(1);
                    continue;
                }
                publisher.basicPublish(exchange, String.valueOf(++published % 1000), properties, BODY);
            }
            long passed = consumed.get() - before;
            Meter.Reading reading = meter.read();
            // An acknowledgement on a channel that is being closed would close it with an error.
            consumer.basicCancel(tag);
            if (!Waits.await(cancelled::get, CANCEL_MILLIS)) {
                throw new IllegalStateException("the broker still delivers to a consumer that was cancelled");
            }
            publisher.exchangeDelete(exchange);
            return Run.of(
                    name,
                    Map.of("persistent", persistent, "measured_seconds", measure.toSeconds()),
                    Map.of("rate", passed / reading.seconds()),
                    Map.<String, List<Double>>of(),
                    reading,
                    (double) passed);
        } catch (IOException | TimeoutException brokerGone) {
            throw new IllegalStateException(brokerGone);
        }
    }
}
