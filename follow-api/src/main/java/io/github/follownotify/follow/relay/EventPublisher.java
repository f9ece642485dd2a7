package io.github.follownotify.follow.relay;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.github.follownotify.follow.publishing.Outage;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/**
 * Sends events to the broker in the order in which it gets them, on one channel and with many confirms in flight.
 *
 * <p>It promises nothing about an event that it could not send or that the broker did not confirm: {@link Confirms}
 * says up to which number that happened, and {@link NotificationRelay} publishes again from the log. So handing events
 * over never blocks.
 */
class EventPublisher {

    private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);

    /** An idle publisher connects, and finds out that its channel was closed, within this time. */
    private static final long IDLE_MILLIS = 100;

    private final ConnectionFactory connections;
    private final RelaySettings settings;
    private final RelayMetrics metrics;
    private final FailPoints failPoints;
    private final Confirms confirms;

    private final BlockingQueue<List<EventMessage>> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private volatile @Nullable Channel channel;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    /** Belongs to the publisher's own thread. */
    private final Outage outage;

    EventPublisher(
            ConnectionFactory connections,
            RelaySettings settings,
            RelayMetrics metrics,
            Confirms confirms,
            FailPoints failPoints) {
        this.connections = connections;
        this.settings = settings;
        this.metrics = metrics;
        this.confirms = confirms;
        this.failPoints = failPoints;
        this.outage = new Outage(settings.maximumBackoff());
    }

    /** Queues messages, or counts them as lost while the broker is unreachable or the queue is full. */
    void offer(List<EventMessage> messages) {
        if (isLinkUp() && queued.get() + messages.size() <= settings.maximumInFlight()) {
            queued.addAndGet(messages.size());
            queue.add(messages);
        } else {
            confirms.notSent(messages);
        }
    }

    /** Whether messages can be sent and confirms arrive. */
    boolean isWorking() {
        return isLinkUp() && !confirms.isOverdue();
    }

    /** Messages waiting to be sent or confirmed. */
    int inFlight() {
        return queued.get() + confirms.inFlight();
    }

    void start() {
        stopping = false;
        Thread publisher = new Thread(this::run, "event-publisher");
        publisher.setDaemon(true);
        thread = publisher;
        publisher.start();
    }

    /** Sends what is queued and awaits its confirms, within a time limit: the rest is in the log. */
    void stop() {
        Thread publisher = thread;
        stopping = true;
        if (publisher == null) {
            return;
        }
        try {
            publisher.join(settings.shutdownTimeout().toMillis());
            if (isWorking()) {
                confirms.awaitAll(settings.confirmTimeout());
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        if (publisher.isAlive()) {
            log.warn("event=publisher_not_stopped waiting={}", inFlight());
            publisher.interrupt();
        }
        close(channel);
        thread = null;
    }

    private boolean isLinkUp() {
        Channel open = channel;
        return open != null && open.isOpen();
    }

    private void run() {
        while (!stopping || (isLinkUp() && !queue.isEmpty())) {
            try {
                if (isLinkUp()) {
                    List<EventMessage> messages = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                    if (messages != null) {
                        queued.addAndGet(-messages.size());
                        publish(messages);
                    }
                } else {
                    discardQueue();
                    connect();
                }
            } catch (IOException | ShutdownSignalException | AmqpException unreachable) {
                failed(unreachable);
            } catch (InterruptedException stopped) {
                stopping = true;
            } catch (RuntimeException | VirtualMachineError | LinkageError failure) {
                // If one error ended the publisher, every event would have to be republished from the log.
                failed(failure);
            }
        }
    }

    private void publish(List<EventMessage> messages) throws IOException, InterruptedException {
        Channel open = Objects.requireNonNull(channel);
        int sent = 0;
        try {
            for (EventMessage message : messages) {
                confirms.awaitRoom();
                confirms.sending(open.getNextPublishSeqNo(), message);
                open.basicPublish(settings.exchange(), message.routingKey(), message.properties(), message.body());
                sent++;
                if (sent == 1) {
                    failPoints.reached(FailPoint.AFTER_PUBLISH);
                }
            }
            failPoints.reached(FailPoint.BEFORE_CONFIRM);
        } finally {
            if (sent < messages.size()) {
                confirms.notSent(messages.subList(sent, messages.size()));
            }
        }
    }

    /** The exchange is declared each time: it may have been deleted, which is one reason for a channel to be closed. */
    private void connect() throws IOException {
        Connection connection =
                Objects.requireNonNull(connections.createConnection().getDelegate());
        Channel opened = connection.createChannel();
        if (opened == null) {
            throw new IOException("the broker allows no further channel on this connection");
        }
        opened.exchangeDeclare(settings.exchange(), BuiltinExchangeType.TOPIC, true);
        opened.confirmSelect();
        opened.addConfirmListener(confirms::acked, confirms::nacked);
        opened.addShutdownListener(closed -> confirms.channelLost());
        channel = opened;
        if (outage.end()) {
            log.info("event=broker_reached exchange={}", settings.exchange());
        }
    }

    private void failed(Throwable failure) {
        close(channel);
        channel = null;
        metrics.failed("broker");
        if (outage.begin()) {
            // Logged once per outage; the metric counts the rest.
            log.warn("event=broker_unreachable cause=\"{}\": events wait in the log", failure.toString());
        }
        log.debug("event=publishing_failed", failure);
        discardQueue();
        try {
            TimeUnit.MILLISECONDS.sleep(stopping ? 0 : outage.pause().toMillis());
        } catch (InterruptedException stopped) {
            stopping = true;
        }
    }

    private void discardQueue() {
        for (List<EventMessage> messages = queue.poll(); messages != null; messages = queue.poll()) {
            queued.addAndGet(-messages.size());
            confirms.notSent(messages);
        }
    }

    private static void close(@Nullable Channel closed) {
        if (closed != null) {
            try {
                closed.abort();
            } catch (IOException | ShutdownSignalException alreadyGone) {
                log.debug("event=channel_lost", alreadyGone);
            }
        }
    }
}
