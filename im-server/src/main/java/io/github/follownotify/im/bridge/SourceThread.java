package io.github.follownotify.im.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/** Listens to a source for as long as this node runs; an outage is said once at its beginning and once at its end. */
final class SourceThread implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SourceThread.class);

    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long STOP_MILLIS = 5_000;

    private final Source source;
    private final ExponentialBackOff pauses = new ExponentialBackOff(100, 2);
    private volatile @Nullable Thread running;
    private volatile boolean connected;

    // Only the thread touches the rest.
    private BackOffExecution outage = pauses.start();
    private boolean away;

    SourceThread(Source source, MeterRegistry meters) {
        this.source = source;
        pauses.setJitter(50);
        pauses.setMaxInterval(LONGEST_PAUSE_MILLIS);
        Gauge.builder("im.bridge.connected", this, thread -> thread.connected ? 1 : 0)
                .description("Whether messages of python-socketio come from this source")
                .tag("source", source.name())
                .register(meters);
    }

    @Override
    public void start() {
        Thread thread = new Thread(this::run, "bridge-" + source.name());
        thread.setDaemon(true);
        running = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread thread = running;
        running = null;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(STOP_MILLIS);
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running != null;
    }

    boolean isConnected() {
        return connected;
    }

    private void run() {
        while (isRunning()) {
            try {
                source.listen(this::connected);
                disconnected("connection lost");
            } catch (InterruptedException stopping) {
                return;
            } catch (Exception | LinkageError failure) {
                disconnected(NestedExceptionUtils.getMostSpecificCause(failure).toString());
                log.debug("event=bridge_source_failed source={}", source.name(), failure);
            } finally {
                connected = false;
            }
            if (!pause()) {
                return;
            }
        }
    }

    private void connected() {
        connected = true;
        outage = pauses.start();
        away = false;
        log.info("event=bridge_source_connected source={}", source.name());
    }

    private void disconnected(String cause) {
        if (!away && isRunning()) {
            away = true;
            log.warn("event=bridge_source_away source={} cause=\"{}\"", source.name(), cause);
        }
    }

    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(outage.nextBackOff());
            return true;
        } catch (InterruptedException stopping) {
            return false;
        }
    }
}
