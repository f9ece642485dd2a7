package io.github.follownotify.follow.pythonsocketio;

import static org.awaitility.Awaitility.await;

import io.github.follownotify.follow.notification.TestLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One process of the service, as far as a destination is concerned. */
final class Replica {

    final MeterRegistry meters = new SimpleMeterRegistry();
    final LogForwarder forwarder;
    private final Gate gate;

    Replica(String owner, TestLog log, Destination destination) {
        gate = new Gate(destination);
        forwarder = new LogForwarder(
                new DestinationTable(log.database, destination.name(), owner),
                gate,
                RoomType.STRING,
                new DestinationMetrics(meters, destination.name()));
    }

    Replica start() {
        forwarder.start();
        return this;
    }

    /** Its next messages stay in its hands, and with them the thread that holds the lease. */
    void freeze() {
        gate.frozen = true;
    }

    double count(String name) {
        return meters.get("follow.python.socketio." + name).counter().count();
    }

    double failures(String reason) {
        return meters.get("follow.python.socketio.failures")
                .tag("reason", reason)
                .counter()
                .count();
    }

    double lag() {
        return meters.get("follow.python.socketio.lag").gauge().value();
    }

    void close() {
        gate.frozen = false;
        forwarder.stop();
        gate.close();
    }

    private static final class Gate implements Destination {

        private final Destination behind;
        private volatile boolean frozen;

        Gate(Destination behind) {
            this.behind = behind;
        }

        @Override
        public String name() {
            return behind.name();
        }

        @Override
        public int publish(List<EmitMessage> messages, BooleanSupplier mayGoOn) throws Exception {
            await().forever().until(() -> !frozen);
            return behind.publish(messages, mayGoOn);
        }

        @Override
        public void disconnect() {
            behind.disconnect();
        }

        void close() {
            if (behind instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception notClosed) {
                    throw new IllegalStateException(notClosed);
                }
            }
        }
    }
}
